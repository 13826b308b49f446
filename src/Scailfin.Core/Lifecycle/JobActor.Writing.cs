using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Lifecycle;

/// <summary>How a job's row changes.</summary>
internal sealed partial class JobActor
{
    /// <summary>
    /// The one place where a row changes: from the newest picture, along an allowed transition, durably before anybody sees it. Only while
    /// the store is away is the new picture shown before its row is durable; the write then waits in its place.
    /// </summary>
    private Task<Change> ChangeAsync(Func<Job, Job> change, TimelineEntry? entry = null, string? logs = null) =>
        ChangeAsync(change, entry, logs, durably: false);

    /// <summary>As above, but all or nothing: where the store is away, nothing changes.</summary>
    /// <exception cref="JobStoreUnavailableException">Nothing has changed.</exception>
    private Task<Change> ChangeDurablyAsync(Func<Job, Job> change, TimelineEntry entry) => ChangeAsync(change, entry, null, durably: true);

    private async Task<Change> ChangeAsync(Func<Job, Job> change, TimelineEntry? entry, string? logs, bool durably)
    {
        await _pen.WaitAsync(CancellationToken.None);
        try
        {
            Job before = _job;
            Job after = change(before);
            if (ReferenceEquals(after, before))
                return new Change(true, _lastWrite);
            if (!JobTransitions.CanMove(before.Status, after.Status) || (before.Status.IsTerminal() && !after.Released))
                return new Change(false, Task.CompletedTask);
            PendingWrite write = _services.Journal.Enqueue(new StoreWrite.Change(after, before.Status, entry is null ? [] : [entry], logs));
            await write.DurableOrDeferred;
            if (durably)
                await _services.Journal.WithdrawUnlessDurableAsync(write);
            Task durable = AppliedAsync(write);
            if (durable.IsCompleted)
                await durable;
            _job = after;
            _lastWrite = durable;
            _services.Book.Replace(after);
            return new Change(true, durable);
        }
        finally
        {
            _pen.Release();
        }
    }

    /// <summary>Completes when the row says what the newest picture says.</summary>
    public async Task WrittenAsync()
    {
        while (true)
        {
            Task last = _lastWrite;
            await last;
            if (ReferenceEquals(last, _lastWrite))
                return;
        }
    }

    /// <summary>
    /// Writes a terminal row again that was shown while the store was away and then refused, from whatever status the row has. The log is
    /// what the backend still holds.
    /// </summary>
    private async Task RestoreRowAsync()
    {
        string logs = BoundedLog.Of((await Manager.CollectAsync(_job.Attempt, _stopping)).Logs, _services.Options.LargestLog);
        string told = _job.Status == JobStatus.Failed ? WithLastLine(logs, _job.Reason) : logs;
        foreach (JobStatus expected in (JobStatus[])[JobStatus.Running, JobStatus.Queued, JobStatus.Created])
        {
            if (await _services.Journal.Enqueue(new StoreWrite.Change(_job, expected, [], told)).Durable.WaitAsync(_stopping))
            {
                _lastWrite = Task.CompletedTask;
                return;
            }
        }

        throw new InvalidOperationException("The job's row was changed by somebody else.");
    }

    private static async Task AppliedAsync(PendingWrite write)
    {
        if (!await write.Durable)
            throw new InvalidOperationException("The job's row was changed by somebody else.");
    }

    /// <param name="Allowed">False, and nothing changed, where the transition is not allowed (the job is terminal).</param>
    /// <param name="Durable">Completes when the row is durable.</param>
    private readonly record struct Change(bool Allowed, Task Durable);
}
