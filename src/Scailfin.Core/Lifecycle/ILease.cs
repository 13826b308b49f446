namespace Scailfin.Core.Lifecycle;

/// <summary>Makes sure that one instance at a time drives the jobs of a store (design, section 4.8).</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Completes once this instance holds the lease; freed when the process ends, however it ends.</summary>
    Task AcquireAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether no other instance can hold the lease now. False for a holder that has not been able to renew it for so long that another may
    /// have taken it: nothing new is handed to a backend then.
    /// </summary>
    bool IsHeld => true;

    /// <summary>Completes when the lease was lost to another instance: this one must stop driving jobs.</summary>
    Task Lost => new TaskCompletionSource().Task;
}

/// <summary>A lease that is always held, for a service that alone owns its workflow (design, section 4.8).</summary>
public sealed class NoLease : ILease
{
    /// <inheritdoc/>
    public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
