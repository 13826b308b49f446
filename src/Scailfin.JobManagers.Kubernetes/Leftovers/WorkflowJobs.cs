using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Leftovers;

/// <summary>The Jobs of one workflow, whichever service made them: those with REANA's label.</summary>
internal sealed class WorkflowJobs(KubernetesApi api, string space)
{
    public async Task<IReadOnlyList<BackendJob>> ListAsync(Guid workflow, CancellationToken cancellationToken)
    {
        ApiResult<IReadOnlyList<JobObject>> jobs = await ApiCall.ReachAsync(
            () => JobPages.ListAsync(api, $"{Names.WorkflowLabel}={workflow:D}", cancellationToken));
        return jobs.Value is { } all
            ? [.. all.Where(job => job.Metadata.DeletionTimestamp is null).Select(Describe)]
            : throw new JobManagerUnavailableException(jobs.Refusal!.Sentence);
    }

    private BackendJob Describe(JobObject job) => new(
        job.Metadata.Name,
        JobId.TryParse(job.Metadata.Annotations?.Job, out JobId id) ? id : null,
        $"Kubernetes Job {job.Metadata.Name} ({job.State}, made {job.Metadata.CreationTimestamp:yyyy-MM-dd'T'HH:mm:ss'Z'})",
        $"kubectl delete job {job.Metadata.Name} --namespace {space}");
}
