using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>The two statements that write a job's row in REANA's table together with its row in the service's own table.</summary>
internal sealed partial class ReanaTables
{
    /// <summary>The columns that this service may write, in the order of the parameters. No other name ever enters SQL text.</summary>
    private static readonly (string Name, Func<Job, BackendNames, NpgsqlParameter> Value)[] Known =
    [
        ("id_", (job, _) => Parameters.Uuid(job.Id.Value)),
        ("workflow_uuid", (job, _) => Parameters.Uuid(job.Spec.WorkflowUuid)),
        ("backend_job_id", (job, _) => Parameters.Text(job.Handle?.Id)),
        ("status", (job, _) => Parameters.Untyped(job.Status.Name())),
        ("compute_backend", (job, backends) => Parameters.Text(backends.Stored(job.Spec.Backend))),
        ("cvmfs_mounts", (job, _) => Parameters.Text(job.Spec.CvmfsMounts)),
        ("shared_file_system", (job, _) => Parameters.Boolean(job.Spec.SharedFileSystem)),
        ("docker_img", (job, _) => Parameters.Text(job.Spec.DockerImage)),
        ("cmd", (job, _) => Parameters.Json(ReanaColumnJson.Dump(ReanaColumnJson.Dump(job.Spec.Command)))),
        ("env_vars", (job, _) => Parameters.Json(ReanaColumnJson.Dump(ReanaColumnJson.Dump(job.Spec.Environment)))),
        ("deleted", (_, _) => Parameters.Boolean(false)),
        ("started_at", (job, _) => Parameters.NaiveUtc(job.StartedAt)),
        ("finished_at", (job, _) => Parameters.NaiveUtc(FinishedAt(job))),
        ("prettified_cmd", (job, _) => Parameters.Json(ReanaColumnJson.Dump(job.Spec.PrettifiedCommand))),
        ("job_name", (job, _) => Parameters.Text(job.Spec.JobName)),
        ("created", (job, _) => Parameters.NaiveUtc(job.CreatedAt)),
        ("updated", (job, _) => Parameters.NaiveUtc(job.CreatedAt)),
    ];

    private const string Count = " SELECT count(*) FROM changed";

    /// <summary>Status and time in one UPDATE (contract G.4); <c>updated</c> follows the status only (contract G.2).</summary>
    private const string Update =
        "WITH changed AS (UPDATE __reana.job SET status = $2, updated = CASE WHEN status IS DISTINCT FROM $2 THEN $4 ELSE updated END, "
        + "backend_job_id = $5, started_at = $6, finished_at = $7, logs = coalesce($8, logs) "
        + "WHERE id_ = $1 AND status IN ($2, $3) RETURNING id_ AS id)";

    private static readonly string UpdateBoth = Update + Beside(9) + Count;

    private readonly (string Name, Func<Job, BackendNames, NpgsqlParameter> Value)[] _columns =
        [.. Known.Where(column => columns.Contains(column.Name))];

    private NpgsqlBatchCommand Insert(StoreWrite.Insert write)
    {
        NpgsqlParameter[] values = [.. _columns.Select(column => column.Value(write.Job, backends))];
        return Parameters.Command(_insert, [.. values, .. keepsRequests ? BesideValues(write.Job, write.Entries) : []]);
    }

    private NpgsqlBatchCommand Change(StoreWrite.Change write)
    {
        NpgsqlParameter[] values =
        [
            Parameters.Uuid(write.Job.Id.Value),
            Parameters.Untyped(write.Job.Status.Name()),
            Parameters.Untyped(write.Expected.Name()),
            Parameters.NaiveUtc(time.GetUtcNow()),
            Parameters.Text(write.Job.Handle?.Id),
            Parameters.NaiveUtc(write.Job.StartedAt),
            Parameters.NaiveUtc(FinishedAt(write.Job)),
            Parameters.Text(write.Logs),
        ];
        return keepsRequests
            ? Parameters.Command(UpdateBoth, [.. values, .. BesideValues(write.Job, write.Entries)])
            : Parameters.Command(Update + Count, values);
    }

    /// <summary>REANA keeps no end of a job that was stopped (contract G.4).</summary>
    private static DateTimeOffset? FinishedAt(Job job) => job.Status is JobStatus.Finished or JobStatus.Failed ? job.FinishedAt : null;

    private static string InsertInto(IReadOnlySet<string> columns, bool keepsRequests)
    {
        string[] names = [.. Known.Select(column => column.Name).Where(columns.Contains)];
        string numbers = string.Join(", ", Enumerable.Range(1, names.Length).Select(number => $"${number}"));
        return $"WITH changed AS (INSERT INTO __reana.job ({string.Join(", ", names)}) VALUES ({numbers}) "
            + "ON CONFLICT (id_) DO NOTHING RETURNING id_ AS id)"
            + (keepsRequests ? Beside(names.Length + 1) : "") + Count;
    }

    /// <summary>
    /// The part that writes the service's own row and the timeline. A job of upstream's controller has no such row until it is changed.
    /// </summary>
    private static string Beside(int first)
    {
        string numbers = string.Join(", ", Enumerable.Range(first, 11).Select(number => $"${number}"));
        return ", beside AS (INSERT INTO scailfin.reana_job AS r (job_id, owner, spec, reason, attempt, backend_state, evidence, "
            + "stop_at, stop_cause, ended_at, released, request_digest) "
            + $"SELECT changed.id, {numbers} FROM changed ON CONFLICT (job_id) DO UPDATE SET "
            + "reason = excluded.reason, attempt = excluded.attempt, backend_state = excluded.backend_state, evidence = excluded.evidence, "
            + "stop_at = excluded.stop_at, stop_cause = excluded.stop_cause, ended_at = excluded.ended_at, released = excluded.released), "
            + Timeline(first + 11);
    }

    private static NpgsqlParameter[] BesideValues(Job job, IReadOnlyList<TimelineEntry> entries) =>
    [
        Parameters.Text(job.Owner),
        Parameters.Json(StoredJobJson.WriteSpec(job.Spec)),
        Parameters.Text(job.Reason),
        Parameters.Integer(job.AttemptNumber),
        Parameters.Text(job.Handle?.State),
        Parameters.Json(job.Evidence is null ? null : StoredJobJson.WriteEvidence(job.Evidence)),
        Parameters.Time(job.Stop?.At),
        Parameters.Text(JobRow.NameOf(job.Stop)),
        Parameters.Time(job.FinishedAt),
        Parameters.Boolean(job.Released),
        Parameters.Text(job.RequestDigest),
        .. Parameters.Entries(entries),
    ];
}
