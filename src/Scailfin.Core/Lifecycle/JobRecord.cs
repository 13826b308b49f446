using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// One job's newest snapshot and its row. Changes are made one at a time, whatever the backend is doing: a stop is
/// durable at once.
/// </summary>
internal sealed class JobRecord(Job job, JobJournal journal, JobBook book)
{
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private volatile Job _job = job;

    /// <summary>The newest snapshot.</summary>
    public Job Job => _job;

    /// <summary>Completes when the last change is durable; fails if the store refused it.</summary>
    public Task LastWrite { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// The one place where a row changes: from the newest snapshot, along an allowed transition. The new snapshot is shown once its row is
    /// durable, or at once while the store is unavailable; the write then waits in the queue.
    /// </summary>
    public Task<RecordChange> ChangeAsync(Func<Job, Job> change, TimelineEntry? entry = null, string? logs = null) =>
        ChangeAsync(change, entry, logs, durably: false);

    /// <summary>Changes the job as above, but only durably: if the store is unavailable, nothing changes.</summary>
    /// <exception cref="JobStoreUnavailableException">Nothing has changed.</exception>
    public Task<RecordChange> ChangeDurablyAsync(Func<Job, Job> change, TimelineEntry entry) =>
        ChangeAsync(change, entry, null, durably: true);

    /// <summary>Adds to the timeline of a job that is not terminal; its row says what it said.</summary>
    public Task<RecordChange> NoteAsync(TimelineEntry entry) => ChangeAsync(job => job with { }, entry);

    /// <summary>Completes when the row says what the newest snapshot says.</summary>
    public async Task WrittenAsync()
    {
        while (true)
        {
            Task last = LastWrite;
            await last;
            if (ReferenceEquals(last, LastWrite))
                return;
        }
    }

    /// <summary>
    /// Writes a terminal row again that was shown while the store was unavailable and then refused, whatever status the row has.
    /// </summary>
    /// <param name="logs">The job's log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RestoreAsync(string logs, CancellationToken cancellationToken)
    {
        foreach (JobStatus expected in (JobStatus[])[JobStatus.Running, JobStatus.Queued, JobStatus.Created])
        {
            if (await journal.Enqueue(new StoreWrite.Change(_job, expected, [], logs)).Durable.WaitAsync(cancellationToken))
            {
                LastWrite = Task.CompletedTask;
                return;
            }
        }

        throw new InvalidOperationException($"The row of job {Job.Id} was changed by another program.");
    }

    private async Task<RecordChange> ChangeAsync(Func<Job, Job> change, TimelineEntry? entry, string? logs, bool durably)
    {
        await _writeLock.WaitAsync(CancellationToken.None);
        try
        {
            Job before = _job;
            Job after = change(before);
            if (ReferenceEquals(after, before))
                return new RecordChange(true, LastWrite);
            if (!JobTransitions.CanMove(before.Status, after.Status) || (before.Status.IsTerminal() && !after.Released))
                return new RecordChange(false, Task.CompletedTask);
            PendingWrite write = journal.Enqueue(new StoreWrite.Change(after, before.Status, entry is null ? [] : [entry], logs));
            await write.DurableOrDeferred;
            if (durably)
                await journal.WithdrawUnlessDurableAsync(write);
            Task durable = AppliedAsync(write);
            if (durable.IsCompleted)
                await durable;
            _job = after;
            LastWrite = durable;
            book.Replace(after);
            return new RecordChange(true, durable);
        }
        finally
        {
            _writeLock.Release();
        }
    }

    private static async Task AppliedAsync(PendingWrite write)
    {
        if (!await write.Durable)
            throw new InvalidOperationException("The job's row was changed by another program.");
    }
}

/// <param name="Allowed">False if the transition is not allowed (the job is terminal); then nothing changed.</param>
/// <param name="Durable">Completes when the row is durable.</param>
internal readonly record struct RecordChange(bool Allowed, Task Durable);
