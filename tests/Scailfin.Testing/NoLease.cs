using Scailfin.Core.Lifecycle;

namespace Scailfin.Testing;

/// <summary>A lease that is always free.</summary>
public sealed class NoLease : ILease
{
    public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
