namespace Scailfin.JobController.JobCache;

/// <summary>A cache that always misses, as upstream's does, because nothing writes to it now (contract C.14).</summary>
internal sealed class NoJobCache : IJobCache
{
    public bool CanHit => false;

    public Task<JobCacheHit?> FindAsync(string parameters, string workspaceHash, CancellationToken cancellationToken) =>
        Task.FromResult<JobCacheHit?>(null);
}
