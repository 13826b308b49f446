using System.Runtime.CompilerServices;

namespace HTCondor.Net.EventLogs;

/// <summary>
/// Reads HTCondor's job event log: the user log of jobs (<see cref="Jobs.JobDescription.EventLog"/>), or a pool's global one
/// (<c>EVENT_LOG</c>), in HTCondor's usual text form. Several processes may write to the file and it may be rotated, truncated or replaced
/// meanwhile. A reader that continues from a kept position sees every event once.
/// </summary>
/// <remarks>
/// The log is the fastest source of a job's status, but not the only one: in a directory that cannot be written, HTCondor writes no log
/// and reports no error, and a job's owner can write into it. Compare with queue and history regularly, and trust those for exit codes.
/// </remarks>
/// <param name="path">The log's path; the file need not exist yet.</param>
/// <param name="options">Bounds and intervals; null for the defaults.</param>
/// <param name="time">The clock of the poll interval; null for the system's.</param>
public sealed class JobEventLog(string path, JobEventLogOptions? options = null, TimeProvider? time = null)
{
    private readonly JobEventLogOptions _options = options ?? new JobEventLogOptions();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Delivers events as they are written, without end: batches of those that are there, never an empty one unless there is a gap. The
    /// next batch is read when it is asked for.
    /// </summary>
    /// <param name="from">The position of the last batch that was dealt with; null for the beginning, rotated files included.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<JobEventBatch> FollowAsync(
        JobEventPosition? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var changes = new LogChanges(path, _options.PollInterval, _time);
        using var reader = new LogReader(path, _options, from);
        while (true)
        {
            changes.Watch();
            while (reader.Next() is { } batch)
            {
                yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
            }

            await changes.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Delivers the events that are in the log now.</summary>
    /// <param name="from">The position of the last batch that was dealt with; null for the beginning, rotated files included.</param>
    public IEnumerable<JobEventBatch> Read(JobEventPosition? from = null)
    {
        using var reader = new LogReader(path, _options, from);
        while (reader.Next() is { } batch)
            yield return batch;
    }
}
