using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;

namespace Scailfin.Core.Storage;

/// <summary>
/// All writes to the store, in one queue: those that wait together share a commit, and none overtakes another. While the store is away the
/// queue waits and is replayed in its order; reads of pending logs are answered from here.
/// </summary>
public sealed partial class JobJournal : IAsyncDisposable
{
    private const int LargestGroup = 256;

    /// <summary>Characters of logs in one commit: what is read back from the spool is in memory only for that long.</summary>
    private const int LargestGroupLogs = 8 << 20;

    private readonly IJobStore _store;
    private readonly LogSpool _spool;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly Lock _lock = new();
    private readonly LinkedList<PendingWrite> _queue = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ConcurrentDictionary<JobId, PendingWrite> _logs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile string? _away;

    /// <summary>Begins to write what it is given.</summary>
    public JobJournal(IJobStore store, LogSpool spool, TimeProvider time, ILogger<JobJournal> logger, Telemetry.JobMetrics? metrics = null)
    {
        _store = new Telemetry.MeasuredStore(store, metrics ?? Telemetry.JobMetrics.None, time);
        _spool = spool;
        _logger = logger;
        _backOff = new BackOff(time, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        _running = Task.Run(RunAsync);
    }

    /// <summary>Why the store could not be written at the last try; null while it can.</summary>
    public string? Away => _away;

    /// <summary>How many writes wait.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>Puts a write at the end of the queue.</summary>
    public PendingWrite Enqueue(StoreWrite write)
    {
        var pending = new PendingWrite(write);
        if (write is StoreWrite.Change { Logs: { } logs } change)
        {
            _logs[change.Job.Id] = pending;
            if (_away is not null)
                Spool(pending, change, logs);
        }

        lock (_lock)
            _queue.AddLast(pending);
        if (_away is not null)
            pending.Defer();
        _arrived.Release();
        return pending;
    }

    /// <summary>
    /// Takes a write out of the queue. False where it is durable, or being committed right now; where it was tried before, a copy of it may be
    /// durable all the same (<see cref="PendingWrite.WasTried"/>).
    /// </summary>
    public bool TryWithdraw(PendingWrite write)
    {
        lock (_lock)
        {
            if (write.InCommit || !_queue.Remove(write))
                return false;
        }

        write.Fail(new JobStoreUnavailableException(_away ?? "The job store does not answer."));
        return true;
    }

    /// <summary>Waits for a write for as long as the store answers; where it is away, the write is taken back.</summary>
    /// <exception cref="JobStoreUnavailableException">The write was taken back.</exception>
    public async Task WithdrawUnlessDurableAsync(PendingWrite write)
    {
        while (!write.Durable.IsCompleted)
        {
            await write.DurableOrDeferred;
            if (!TryWithdraw(write) && !write.Durable.IsCompleted)
                await write.TryEnded;
        }

        await write.Durable;
    }

    /// <summary>The log of a job: of a write that waits, else the stored one; null while it has none.</summary>
    /// <exception cref="JobStoreUnavailableException">It is in the store, which cannot be read now.</exception>
    public async Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken)
    {
        if (_logs.TryGetValue(id, out PendingWrite? pending) && pending.Write is StoreWrite.Change change)
        {
            try
            {
                return pending.SpooledLog is null ? change.Logs : await _spool.ReadAsync(id);
            }
            catch (IOException)
            {
                // It became durable in this moment, and its file is gone.
            }
        }

        return await _store.ReadLogsAsync(id, cancellationToken);
    }

    /// <summary>Writes what can be written, and ends; what a store that is away did not take is said.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_away is null)
            await WaitUntilEmptyAsync();
        await _stopping.CancelAsync();
        await _running;
        if (Length > 0)
            LogLeft(_logger, Length);
        _stopping.Dispose();
        _arrived.Dispose();
    }

    private async Task WaitUntilEmptyAsync()
    {
        PendingWrite? last;
        lock (_lock)
            last = _queue.Last?.Value;
        if (last is not null)
            await last.DurableOrDeferred;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _arrived.WaitAsync(_stopping.Token);
                while (Take() is { Count: > 0 } group)
                    await CommitAsync(group);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    private List<PendingWrite> Take()
    {
        lock (_lock)
        {
            var group = new List<PendingWrite>();
            long logs = 0;
            foreach (PendingWrite write in _queue)
            {
                logs += LogLength(write);
                if (group.Count == LargestGroup || (group.Count > 0 && logs > LargestGroupLogs))
                    break;
                write.BeginTry();
                group.Add(write);
            }

            return group;
        }
    }

    private async Task CommitAsync(List<PendingWrite> group)
    {
        try
        {
            await CommitOrSplitAsync(group);
            if (_away is not null)
                LogBack(_logger, group.Count);
            _away = null;
            _backOff.Reset();
        }
        catch (JobStoreUnavailableException exception)
        {
            if (_away is null)
                LogAway(_logger, exception.Message, exception.InnerException);
            Postpone(exception.Message);
            _backOff.Begin();
            await _backOff.WaitAsync(_stopping.Token);
        }
    }

    /// <summary>One bad write must not take the others with it: where the group is refused, each gets a commit of its own.</summary>
    private async Task CommitOrSplitAsync(List<PendingWrite> group)
    {
        try
        {
            IReadOnlyList<bool> applied = await _store.CommitAsync([.. group.Select(Restore)], _stopping.Token);
            for (int i = 0; i < group.Count; i++)
                Finish(group[i], applied[i]);
        }
        catch (Exception exception) when (exception is not (JobStoreUnavailableException or OperationCanceledException))
        {
            if (group.Count > 1)
            {
                foreach (PendingWrite write in group)
                    await CommitOrSplitAsync([write]);
                return;
            }

            LogRefused(_logger, group[0].Write.GetType().Name, exception);
            Remove(group[0]);
            group[0].Fail(exception as JobStoreException ?? new JobStoreException($"The job store refuses a write: {exception.Message}", exception));
        }
    }

    private void Finish(PendingWrite write, bool applied)
    {
        Remove(write);

        // A row that is there at the second try is the one that the first try left behind.
        write.Complete(applied || (write.WasTried && write.Write is StoreWrite.Insert));
    }

    private void Remove(PendingWrite write)
    {
        lock (_lock)
        {
            write.EndTry();
            _queue.Remove(write);
        }

        if (write.Write is StoreWrite.Change change)
            _logs.TryRemove(KeyValuePair.Create(change.Job.Id, write));
        if (write.SpooledLog is { } spooled)
            _spool.Delete(spooled);
    }

    /// <summary>Everybody who waits learns that the store is away; logs that wait go to the spool.</summary>
    private void Postpone(string reason)
    {
        _away = reason;
        List<PendingWrite> waiting;
        lock (_lock)
        {
            foreach (PendingWrite write in _queue.Where(write => write.InCommit))
            {
                write.WasTried = true;
                write.EndTry();
            }

            waiting = [.. _queue];
        }

        foreach (PendingWrite write in waiting)
        {
            if (write is { SpooledLog: null, Write: StoreWrite.Change { Logs: { } logs } change })
                Spool(write, change, logs);
            write.Defer();
        }
    }

    private void Spool(PendingWrite write, StoreWrite.Change change, string logs)
    {
        if (!_spool.TryPut(change.Job.Id, logs))
            return;
        write.SpooledLog = change.Job.Id;
        write.Write = change with { Logs = "" };
    }

    private StoreWrite Restore(PendingWrite write) => write is { SpooledLog: { } id, Write: StoreWrite.Change change }
        ? change with { Logs = _spool.Read(id) }
        : write.Write;

    private long LogLength(PendingWrite write) => write switch
    {
        { SpooledLog: { } id } => _spool.Length(id),
        { Write: StoreWrite.Change { Logs: { } logs } } => logs.Length,
        _ => 0,
    };

    [LoggerMessage(EventId = 130, Level = LogLevel.Error, Message = "The job store is away, writes wait in their order: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason, Exception? exception);

    [LoggerMessage(EventId = 131, Level = LogLevel.Information, Message = "The job store answers again; {Count} writes of the first commit are durable")]
    private static partial void LogBack(ILogger logger, int count);

    [LoggerMessage(EventId = 132, Level = LogLevel.Error, Message = "The job store refuses a write ({Kind}) for good")]
    private static partial void LogRefused(ILogger logger, string kind, Exception exception);

    [LoggerMessage(EventId = 133, Level = LogLevel.Error, Message = "{Count} writes did not reach the job store before the service ended; what they say is learnt again from the backends at the next start")]
    private static partial void LogLeft(ILogger logger, int count);
}
