using System.Text.Json;
using Scailfin.JobController.Jobs;

namespace Scailfin.JobController.JobCache;

/// <summary>Computes the digests and queries the cache. A file that cannot be read gives a miss, never an error.</summary>
internal sealed class JobCacheSearch(IJobCache cache, UserWorkspaces workspaces)
{
    /// <summary>Workspaces are large: one is read at a time, on a thread of its own, while requests have theirs.</summary>
    private readonly SemaphoreSlim _reading = new(1);

    public async Task<JobCacheHit?> FindAsync(
        JsonDocument jobSpec, JsonDocument workflow, string workspace, string user, CancellationToken cancellationToken)
    {
        if (!cache.CanHit
            || workspaces.Problem(workspace, user) is not null
            || await DigestAsync(workspace, cancellationToken) is not { } digest)
            return null;
        return await cache.FindAsync(JobParameters.Digest(jobSpec.RootElement, workflow.RootElement), digest, cancellationToken);
    }

    private async Task<string?> DigestAsync(string workspace, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                () => WorkspaceDigest.Compute(workspace, cancellationToken),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        finally
        {
            _reading.Release();
        }
    }
}
