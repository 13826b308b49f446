using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// The statements of one layout. Each write is one statement whose parts depend on its first part, <c>changed</c>, the job's row: if that
/// is not written, no part is. The statement returns the number of rows changed.
/// </summary>
internal abstract class JobTables
{
    /// <summary>The capabilities of this layout.</summary>
    public abstract StoreTraits Traits { get; }

    /// <summary>Returns the statement of a write; null if the write needs none in this layout.</summary>
    /// <param name="write">The write.</param>
    /// <param name="again">Whether a commit with this write was tried before, so that the write may have been made.</param>
    public abstract NpgsqlBatchCommand? Write(StoreWrite write, bool again);

    /// <summary>Returns the query for the jobs of a workflow, or for all jobs of this service; null if there can be none.</summary>
    public abstract NpgsqlBatchCommand? List(Guid? workflow);

    public abstract NpgsqlBatchCommand Find(JobId id);

    public abstract NpgsqlBatchCommand ReadLogs(JobId id);

    public abstract Job ReadJob(NpgsqlDataReader row);

    public static NpgsqlBatchCommand ReadTimeline(JobId id) => Parameters.Command(
        "SELECT at, attempt, event, detail FROM scailfin.job_event WHERE job_id = $1 ORDER BY sequence", Parameters.Uuid(id.Value));

    public static TimelineEntry ReadEntry(NpgsqlDataReader row) =>
        new(new DateTimeOffset(row.GetDateTime(0)), row.GetInt32(1), row.GetString(2), row.GetString(3));

    /// <summary>The part that adds the entries in four parameters to the timeline, each once.</summary>
    protected static string Timeline(int first) =>
        "entry AS (INSERT INTO scailfin.job_event (job_id, at, attempt, event, detail) "
        + "SELECT changed.id, e.at, e.attempt, e.event, e.detail "
        + $"FROM changed, unnest(${first}, ${first + 1}, ${first + 2}, ${first + 3}) "
        + "WITH ORDINALITY AS e (at, attempt, event, detail, place) "
        + "ORDER BY e.place ON CONFLICT (job_id, at, attempt, event) DO NOTHING)";

    /// <summary>A column of either time type; both hold UTC.</summary>
    protected static DateTimeOffset? Time(System.Data.Common.DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));
}
