namespace HTCondor.Net.EventLogs;

/// <summary>Events in the order in which they were written, and the position after them.</summary>
/// <param name="Events">Complete events; may be empty if only the position changed.</param>
/// <param name="Position">
/// To be kept once the events are dealt with: a reader that begins there sees the next event, and none twice.
/// </param>
public sealed record JobEventBatch(IReadOnlyList<JobEvent> Events, JobEventPosition Position)
{
    /// <summary>
    /// Why events may be missing before these, or null: the file that was being read is gone, truncated or replaced. Ask queue and history.
    /// </summary>
    public string? Gap { get; init; }
}
