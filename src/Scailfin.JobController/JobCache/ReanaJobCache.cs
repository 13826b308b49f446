using Scailfin.Storage.PostgreSql;

namespace Scailfin.JobController.JobCache;

/// <summary>Looks into REANA's own table (contract G.3); on if SCAILFIN_JOB_CACHE says so.</summary>
internal sealed class ReanaJobCache(PostgreSqlJobCache table) : IJobCache
{
    public async Task<JobCacheHit?> FindAsync(string parameters, string workspaceHash, CancellationToken cancellationToken) =>
        await table.FindCachedAsync(parameters, workspaceHash, cancellationToken) is { } hit
            ? new JobCacheHit(hit.Job.ToString(), hit.ResultPath)
            : null;
}
