using System.Data.Common;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Storage;

/// <summary>A job as a row, in both directions.</summary>
internal static class JobRow
{
    /// <summary>What <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "id, owner, workflow_uuid, job_name, compute_backend, spec, status, reason, attempt, backend_job_id, backend_state, "
        + "created_at, started_at, finished_at, evidence, stop_at, stop_cause, released, request_digest";

    public const string Insert =
        $"INSERT INTO job ({Columns}) VALUES (@id, @owner, @workflow_uuid, @job_name, @compute_backend, @spec, @status, @reason, @attempt, "
        + "@backend_job_id, @backend_state, @created_at, @started_at, @finished_at, @evidence, @stop_at, @stop_cause, @released, @request_digest) "
        + "ON CONFLICT (id) DO NOTHING";

    public const string Update =
        "UPDATE job SET status = @status, reason = @reason, attempt = @attempt, backend_job_id = @backend_job_id, backend_state = @backend_state, "
        + "started_at = @started_at, finished_at = @finished_at, evidence = @evidence, stop_at = @stop_at, stop_cause = @stop_cause, "
        + "released = @released WHERE id = @id AND status IN (@expected, @status)";

    /// <summary>The columns that never change after the insert.</summary>
    public static IEnumerable<(string Name, object? Value)> Fixed(Job job) =>
    [
        ("@owner", job.Owner),
        ("@workflow_uuid", job.Spec.WorkflowUuid.ToString("D")),
        ("@job_name", job.Spec.JobName),
        ("@compute_backend", job.Spec.Backend),
        ("@spec", JobJson.WriteSpec(job.Spec)),
        ("@created_at", Milliseconds(job.CreatedAt)),
        ("@request_digest", job.RequestDigest),
    ];

    /// <summary>The id, and the columns that a transition may change.</summary>
    public static IEnumerable<(string Name, object? Value)> Changing(Job job) =>
    [
        ("@id", job.Id.ToString()),
        ("@status", job.Status.Name()),
        ("@reason", job.Reason),
        ("@attempt", job.AttemptNumber),
        ("@backend_job_id", job.Handle?.Id),
        ("@backend_state", job.Handle?.State),
        ("@started_at", Milliseconds(job.StartedAt)),
        ("@finished_at", Milliseconds(job.FinishedAt)),
        ("@evidence", job.Evidence is null ? null : JobJson.WriteEvidence(job.Evidence)),
        ("@stop_at", Milliseconds(job.Stop?.At)),
        ("@stop_cause", job.Stop is null ? null : NameOf(job.Stop.Cause)),
        ("@released", job.Released ? 1 : 0),
    ];

    public static Job Read(DbDataReader row)
    {
        Guid workflow = Guid.Parse(row.GetString(2));
        return new Job
        {
            Id = new JobId(Guid.Parse(row.GetString(0))),
            Owner = row.GetString(1),
            Spec = JobJson.ReadSpec(row.GetString(5), workflow, row.GetString(3), row.GetString(4)),
            Status = JobStatuses.Parse(row.GetString(6)),
            Reason = row.GetString(7),
            AttemptNumber = row.GetInt32(8),
            Handle = row.IsDBNull(9) ? null : new BackendHandle(row.GetString(9), row.IsDBNull(10) ? "" : row.GetString(10)),
            CreatedAt = Time(row, 11)!.Value,
            StartedAt = Time(row, 12),
            FinishedAt = Time(row, 13),
            Evidence = row.IsDBNull(14) ? null : JobJson.ReadEvidence(row.GetString(14)),
            Stop = Time(row, 15) is { } at ? new StopRequest(at, CauseOf(row.GetString(16))) : null,
            Released = row.GetInt32(17) != 0,
            RequestDigest = row.IsDBNull(18) ? null : row.GetString(18),
        };
    }

    public static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string NameOf(StopCause cause) => cause == StopCause.Requested ? "requested" : "unanswered";

    private static StopCause CauseOf(string name) => name == "requested" ? StopCause.Requested : StopCause.Unanswered;
}
