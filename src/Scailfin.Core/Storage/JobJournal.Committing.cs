using Microsoft.Extensions.Logging;

namespace Scailfin.Core.Storage;

/// <summary>How the journal commits, and what it does when that fails.</summary>
public sealed partial class JobJournal
{
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
                LogAway(_logger, exception.Message);
            Postpone(exception.Message);
            _backOff.Begin();
            await _backOff.WaitAsync(_stopping.Token);
        }
    }

    /// <summary>
    /// Commits a group. If the store refuses it, each write gets a commit of its own, so that one bad write does not fail the others.
    /// </summary>
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

            // A JobStoreException is logged by its message, any other exception with its stack trace.
            LogRefused(_logger, group[0].Write.GetType().Name, exception.Message, exception is JobStoreException ? null : exception);
            Remove(group[0]);
            group[0].Fail(
                exception as JobStoreException ?? new JobStoreException($"The job store refuses a write: {exception.Message}", exception));
        }
    }

    private void Finish(PendingWrite write, bool applied)
    {
        Remove(write);

        // A retried write also counts as applied if its first try was committed and only the answer was lost: an insert then meets its own
        // row, and a change meets a row that a later change of the same commit has already advanced.
        write.Complete(applied || (write.WasTried && (write.Write is StoreWrite.Insert || IsSuperseded(write))));
    }

    /// <summary>Whether a later snapshot of the same job waits behind this write.</summary>
    private bool IsSuperseded(PendingWrite write)
    {
        lock (_lock)
            return write.Write is StoreWrite.Change change
                && _queue.Any(later => later.Write is StoreWrite.Change { Job: { } job } && job.Id == change.Job.Id);
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

    /// <summary>Tells all waiting callers that the store is unavailable, and moves the logs of waiting writes to the spool.</summary>
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

    [LoggerMessage(EventId = 130, Level = LogLevel.Error, Message = "The job store is unavailable; writes wait in their order: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 131,
        Level = LogLevel.Information,
        Message = "The job store answers again; {Count} writes of the first commit are durable")]
    private static partial void LogBack(ILogger logger, int count);

    [LoggerMessage(EventId = 132, Level = LogLevel.Error, Message = "The job store refuses a write ({Kind}) for good: {Reason}")]
    private static partial void LogRefused(ILogger logger, string kind, string reason, Exception? exception);

    [LoggerMessage(
        EventId = 133,
        Level = LogLevel.Error,
        Message = "{Count} writes did not reach the job store before the service ended; "
            + "what they say is learnt again from the backends at the next start")]
    private static partial void LogLeft(ILogger logger, int count);
}
