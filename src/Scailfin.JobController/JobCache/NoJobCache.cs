namespace Scailfin.JobController.JobCache;

/// <summary>Always misses, as upstream does since nothing writes to its cache now (contract C.14).</summary>
internal sealed class NoJobCache : IJobCache
{
    public bool CanHit => false;

    public Task<JobCacheHit?> FindAsync(string parameters, string workspaceHash, CancellationToken cancellationToken) =>
        Task.FromResult<JobCacheHit?>(null);
}
