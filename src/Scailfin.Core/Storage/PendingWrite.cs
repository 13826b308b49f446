using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>A write on its way to the store.</summary>
public sealed class PendingWrite
{
    private readonly TaskCompletionSource<bool> _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _try;

    internal PendingWrite(StoreWrite write)
    {
        Write = write;
    }

    /// <summary>The change that is written.</summary>
    public StoreWrite Write { get; internal set; }

    /// <summary>
    /// Completes when the write is durable: true if it was applied, false if the row did not allow it. Fails with
    /// <see cref="JobStoreException"/> if the store refuses it permanently.
    /// </summary>
    public Task<bool> Durable => _durable.Task;

    /// <summary>
    /// Completes with <see cref="Durable"/>, or earlier, as soon as the store is known to be unavailable and this write waits in the queue.
    /// Never fails.
    /// </summary>
    public Task DurableOrDeferred => _known.Task;

    /// <summary>Whether the store was called with it at least once, so that it may be durable although no call succeeded.</summary>
    public bool WasTried { get; internal set; }

    /// <summary>Completes when the current try has ended; completed if no try is in progress.</summary>
    internal Task TryEnded => _try?.Task ?? Task.CompletedTask;

    internal bool InCommit => _try is not null;

    internal JobId? SpooledLog { get; set; }

    internal void BeginTry() => _try = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void EndTry()
    {
        _try?.TrySetResult();
        _try = null;
    }

    internal void Defer() => _known.TrySetResult();

    internal void Complete(bool applied)
    {
        _durable.TrySetResult(applied);
        _known.TrySetResult();
    }

    internal void Fail(JobStoreException exception)
    {
        _durable.TrySetException(exception);
        _known.TrySetResult();
    }
}
