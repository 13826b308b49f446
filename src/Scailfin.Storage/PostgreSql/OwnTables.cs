using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Our own layout: <c>Schema/postgresql-own.sql</c>.</summary>
internal sealed class OwnTables : JobTables
{
    private const string Select =
        "SELECT id, owner, workflow_uuid, job_name, compute_backend, spec::text, status, reason, attempt, backend_job_id, backend_state, "
        + "created_at, started_at, finished_at, evidence::text, stop_at, stop_cause, released, request_digest FROM scailfin.job";

    private const string Count = " SELECT count(*) FROM changed";

    private static readonly string Insert =
        $"WITH changed AS (INSERT INTO scailfin.job ({JobRow.Columns}) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) "
        + "ON CONFLICT (id) DO NOTHING RETURNING id), "
        + Timeline(20) + Count;

    private static readonly string Change =
        "WITH changed AS (UPDATE scailfin.job SET status = $2, reason = $4, attempt = $5, backend_job_id = $6, backend_state = $7, "
        + "started_at = $8, finished_at = $9, evidence = $10, stop_at = $11, stop_cause = $12, released = $13 "
        + "WHERE id = $1 AND status IN ($2, $3) RETURNING id), "
        + "log AS (INSERT INTO scailfin.job_log (job_id, logs) SELECT changed.id, $14 FROM changed WHERE $14 IS NOT NULL "
        + "ON CONFLICT (job_id) DO UPDATE SET logs = excluded.logs), "
        + Timeline(15) + Count;

    private const string Forget =
        "WITH entry AS (DELETE FROM scailfin.job_event WHERE job_id = $1), log AS (DELETE FROM scailfin.job_log WHERE job_id = $1), "
        + "job AS (DELETE FROM scailfin.job WHERE id = $1) SELECT 1::bigint";

    public override StoreTraits Traits { get; } = new();

    public override NpgsqlBatchCommand? Write(StoreWrite write, bool again) => write switch
    {
        StoreWrite.Insert insert => Parameters.Command(Insert, [.. InsertValues(insert.Job), .. Parameters.Entries(insert.Entries)]),
        StoreWrite.Change change => Parameters.Command(
            Change, [.. ChangeValues(change), Parameters.Text(change.Logs), .. Parameters.Entries(change.Entries)]),
        StoreWrite.Forget forget => Parameters.Command(Forget, Parameters.Uuid(forget.Id.Value)),
        _ => null, // this layout has no workflows
    };

    public override NpgsqlBatchCommand? List(Guid? workflow) => workflow is { } uuid
        ? Parameters.Command(Select + " WHERE workflow_uuid = $1 ORDER BY sequence", Parameters.Uuid(uuid))
        : Parameters.Command(Select + " ORDER BY sequence");

    public override NpgsqlBatchCommand Find(JobId id) => Parameters.Command(Select + " WHERE id = $1", Parameters.Uuid(id.Value));

    public override NpgsqlBatchCommand ReadLogs(JobId id) =>
        Parameters.Command("SELECT logs FROM scailfin.job_log WHERE job_id = $1", Parameters.Uuid(id.Value));

    public override Job ReadJob(NpgsqlDataReader row) => JobRow.Read(row, Time);

    private static NpgsqlParameter[] InsertValues(Job job) =>
    [
        Parameters.Uuid(job.Id.Value),
        Parameters.Text(job.Owner),
        Parameters.Uuid(job.Spec.WorkflowUuid),
        Parameters.Text(job.Spec.JobName),
        Parameters.Text(job.Spec.Backend),
        Parameters.Json(StoredJobJson.WriteSpec(job.Spec)),
        Parameters.Text(job.Status.Name()),
        Parameters.Text(job.Reason),
        Parameters.Integer(job.AttemptNumber),
        Parameters.Text(job.Handle?.Id),
        Parameters.Text(job.Handle?.State),
        Parameters.Time(job.CreatedAt),
        Parameters.Time(job.StartedAt),
        Parameters.Time(job.FinishedAt),
        Parameters.Json(job.Evidence is null ? null : StoredJobJson.WriteEvidence(job.Evidence)),
        Parameters.Time(job.Stop?.At),
        Parameters.Text(JobRow.NameOf(job.Stop)),
        Parameters.Boolean(job.Released),
        Parameters.Text(job.RequestDigest),
    ];

    private static NpgsqlParameter[] ChangeValues(StoreWrite.Change write) =>
    [
        Parameters.Uuid(write.Job.Id.Value),
        Parameters.Text(write.Job.Status.Name()),
        Parameters.Text(write.Expected.Name()),
        Parameters.Text(write.Job.Reason),
        Parameters.Integer(write.Job.AttemptNumber),
        Parameters.Text(write.Job.Handle?.Id),
        Parameters.Text(write.Job.Handle?.State),
        Parameters.Time(write.Job.StartedAt),
        Parameters.Time(write.Job.FinishedAt),
        Parameters.Json(write.Job.Evidence is null ? null : StoredJobJson.WriteEvidence(write.Job.Evidence)),
        Parameters.Time(write.Job.Stop?.At),
        Parameters.Text(JobRow.NameOf(write.Job.Stop)),
        Parameters.Boolean(write.Job.Released),
    ];
}
