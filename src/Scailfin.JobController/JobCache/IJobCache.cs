namespace Scailfin.JobController.JobCache;

/// <summary>A finished job whose outputs can be used again.</summary>
internal sealed record JobCacheHit(string JobId, string ResultPath);

/// <summary>Finds finished jobs by the digests of their parameters and of their workspace's files (contract C.14).</summary>
internal interface IJobCache
{
    /// <summary>Whether the cache can hold anything; if not, no workspace is read.</summary>
    bool CanHit => true;

    /// <summary>The first job with both digests, or null.</summary>
    Task<JobCacheHit?> FindAsync(string parameters, string workspaceHash, CancellationToken cancellationToken);
}
