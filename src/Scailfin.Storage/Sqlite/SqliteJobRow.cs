using System.Data.Common;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.Sqlite;

/// <summary>A job's row in SQLite: times are milliseconds since 1970-01-01 UTC.</summary>
internal static class SqliteJobRow
{
    public const string Insert =
        $"INSERT INTO job ({JobRow.Columns}) "
        + "VALUES (@id, @owner, @workflow_uuid, @job_name, @compute_backend, @spec, @status, @reason, @attempt, @backend_job_id, "
        + "@backend_state, @created_at, @started_at, @finished_at, @evidence, @stop_at, @stop_cause, @released, @request_digest) "
        + "ON CONFLICT (id) DO NOTHING";

    public const string Update =
        "UPDATE job SET status = @status, reason = @reason, attempt = @attempt, backend_job_id = @backend_job_id, "
        + "backend_state = @backend_state, started_at = @started_at, finished_at = @finished_at, evidence = @evidence, "
        + "stop_at = @stop_at, stop_cause = @stop_cause, released = @released WHERE id = @id AND status IN (@expected, @status)";

    /// <summary>The columns that never change after the insert.</summary>
    public static IEnumerable<(string Name, object? Value)> Fixed(Job job, SpecFiles specs) =>
    [
        ("@owner", job.Owner),
        ("@workflow_uuid", job.Spec.WorkflowUuid.ToString("D")),
        ("@job_name", job.Spec.JobName),
        ("@compute_backend", job.Spec.Backend),
        ("@spec", StoredJobJson.WriteNamedSpec(job.Spec, specs)),
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
        ("@evidence", job.Evidence is null ? null : StoredJobJson.WriteEvidence(job.Evidence)),
        ("@stop_at", Milliseconds(job.Stop?.At)),
        ("@stop_cause", JobRow.NameOf(job.Stop)),
        ("@released", job.Released ? 1 : 0),
    ];

    /// <summary>Reads a row; <paramref name="specs"/> has the texts of a row that only names them.</summary>
    public static Job Read(DbDataReader row, SpecFiles specs) => JobRow.Read(row, Time, specs);

    public static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
