using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;

namespace Scailfin.Core.Storage;

/// <summary>
/// One queue for all writes to the store: writes that wait together share a commit, and none overtakes another. While the store is
/// unavailable, the queue waits and is replayed in its order; pending logs are read from the queue.
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
    private readonly SemaphoreSlim _logReaders = new(2);
    private readonly ConcurrentDictionary<JobId, PendingWrite> _logs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile string? _away;

    /// <summary>Starts the loop that writes queued changes to the store.</summary>
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
    /// Takes a write out of the queue. False if it is durable, or being committed right now; if it was tried before, a copy of it may
    /// be durable nevertheless (<see cref="PendingWrite.WasTried"/>).
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

    /// <summary>Waits until a write is durable; if the store is unavailable, takes the write back and throws.</summary>
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

    /// <summary>Returns the log of a job, from a queued write or else from the store; null while the job has none.</summary>
    /// <exception cref="JobStoreUnavailableException">The log is in the store, which cannot be read now.</exception>
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
                // The log has just become durable, so its spool file is gone.
            }
        }

        return await _store.ReadLogsAsync(id, cancellationToken);
    }

    /// <summary>
    /// Opens the log of a job as <see cref="ReadLogsAsync"/> reads it, or null. Few logs are in memory at a time, and only until they are
    /// copied: the speed of a client does not matter.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">The log is in the store, which cannot be read now.</exception>
    public async Task<Stream?> OpenLogsAsync(JobId id, CancellationToken cancellationToken)
    {
        await _logReaders.WaitAsync(cancellationToken);
        try
        {
            return await ReadLogsAsync(id, cancellationToken) is { } logs ? Copy(logs) : null;
        }
        finally
        {
            _logReaders.Release();
        }
    }

    /// <summary>A copy of a log, to be sent.</summary>
    public Stream Copy(string logs) => _spool.Copy(logs);

    /// <summary>Commits the queued writes and ends; if the store is unavailable, logs how many writes were not made.</summary>
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
        _logReaders.Dispose();
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
            // The service is stopping.
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

    private void Spool(PendingWrite write, StoreWrite.Change change, string logs)
    {
        if (!_spool.TryPut(change.Job.Id, logs))
            return;
        write.SpooledLog = change.Job.Id;
        write.Write = change with { Logs = "" };
    }

    private StoreWrite Restore(PendingWrite write) => write is { SpooledLog: { } id, Write: StoreWrite.Change change }
        ? change with { Logs = ReadSpooled(id) }
        : write.Write;

    /// <summary>Reads a spooled log. If the file cannot be read, the row is written with a message instead of the log.</summary>
    private string ReadSpooled(JobId id)
    {
        try
        {
            return _spool.Read(id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The log was lost while the job store was unavailable: {exception.Message}\n";
        }
    }

    private long LogLength(PendingWrite write) => write switch
    {
        { SpooledLog: { } id } => _spool.Length(id),
        { Write: StoreWrite.Change { Logs: { } logs } } => logs.Length,
        _ => 0,
    };
}
