namespace Scailfin.Core.Lifecycle;

/// <summary>Makes sure that one instance at a time drives the jobs of a store (design, section 4.8).</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Completes once this instance holds the lease; freed when the process ends, however it ends.</summary>
    Task AcquireAsync(CancellationToken cancellationToken);
}
