using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Leftovers;

/// <summary>Reads a whole list of Jobs, page by page.</summary>
internal static class JobPages
{
    /// <summary>Lists all readable Jobs that have these labels.</summary>
    /// <exception cref="ApiUnreachableException">There was no answer.</exception>
    public static async Task<ApiResult<IReadOnlyList<JobObject>>> ListAsync(
        KubernetesApi api, string selector, CancellationToken cancellationToken)
    {
        var all = new List<JobObject>();
        string? page = null;
        do
        {
            ApiResult<WatchedList<JobObject>> result = await api.ListAsync(ObjectKinds.Jobs, selector, page, cancellationToken);
            if (result.Value is not { } list)
                return new ApiResult<IReadOnlyList<JobObject>>(null, result.Refusal);
            all.AddRange((list.Items ?? []).Select(item => item.Value).OfType<JobObject>());
            page = list.Metadata.Continue is { Length: > 0 } more ? more : null;
        }
        while (page is not null);
        return new ApiResult<IReadOnlyList<JobObject>>(all, null);
    }
}
