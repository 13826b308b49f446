using System.Data.Common;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage;

/// <summary>A job as a row of the service's own layout, which both dialects have; they differ in how they hold a time.</summary>
internal static class JobRow
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "id, owner, workflow_uuid, job_name, compute_backend, spec, status, reason, attempt, backend_job_id, backend_state, "
        + "created_at, started_at, finished_at, evidence, stop_at, stop_cause, released, request_digest";

    /// <param name="row">The row.</param>
    /// <param name="time">Reads a column that is a time.</param>
    /// <param name="specs">The texts that a row may only name; null if its rows hold them all.</param>
    public static Job Read(DbDataReader row, Func<DbDataReader, int, DateTimeOffset?> time, SpecFiles? specs = null) => new()
    {
        Id = new JobId(row.GetGuid(0)),
        Owner = row.GetString(1),
        Spec = StoredJobJson.ReadSpec(row.GetString(5), row.GetGuid(2), row.GetString(3), row.GetString(4), specs),
        Status = JobStatuses.Parse(row.GetString(6)),
        Reason = row.GetString(7),
        AttemptNumber = row.GetInt32(8),
        Handle = row.Text(9) is { } id ? new BackendHandle(id, row.Text(10) ?? "") : null,
        CreatedAt = time(row, 11)!.Value,
        StartedAt = time(row, 12),
        FinishedAt = time(row, 13),
        Evidence = row.Text(14) is { } evidence ? StoredJobJson.ReadEvidence(evidence) : null,
        Stop = StopOf(time(row, 15), row.Text(16)),
        Released = row.GetBoolean(17),
        RequestDigest = row.Text(18),
    };

    public static StopRequest? StopOf(DateTimeOffset? at, string? cause) =>
        at is { } time ? new StopRequest(time, cause == "requested" ? StopCause.Requested : StopCause.Unanswered) : null;

    public static string? NameOf(StopRequest? stop) => stop is null ? null : stop.Cause == StopCause.Requested ? "requested" : "unanswered";

    /// <summary>A string, or null.</summary>
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
