using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>
/// One durable change. Making it a second time changes nothing more, so that it can be repeated when a commit's answer was lost.
/// </summary>
public abstract record StoreWrite
{
    private StoreWrite()
    {
    }

    /// <summary>A new job. Not applied if a row of that id exists.</summary>
    /// <param name="Job">The row.</param>
    /// <param name="Entries">Timeline entries of the same commit.</param>
    public sealed record Insert(Job Job, IReadOnlyList<TimelineEntry> Entries) : StoreWrite;

    /// <summary>
    /// A job's new snapshot. Applied if the row has the expected or already the new status; otherwise nothing is written.
    /// </summary>
    /// <param name="Job">The new snapshot.</param>
    /// <param name="Expected">The status that the row should still have.</param>
    /// <param name="Entries">
    /// Timeline entries of the same commit; one that is there already (same time, attempt and event) is not written twice.
    /// </param>
    /// <param name="Logs">The job's log, if it is stored with this change.</param>
    public sealed record Change(Job Job, JobStatus Expected, IReadOnlyList<TimelineEntry> Entries, string? Logs = null) : StoreWrite;

    /// <summary>Appends text to a workflow's own log if the layout has one; otherwise does nothing (contract G.3).</summary>
    public sealed record AppendWorkflowLog(Guid Workflow, string Text) : StoreWrite;

    /// <summary>Deletes a settled job, its log and its timeline if the service owns the rows; otherwise does nothing.</summary>
    public sealed record Forget(JobId Id) : StoreWrite;
}
