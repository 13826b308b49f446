using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Explaining;

/// <summary>Says about a Job what its phase does not.</summary>
internal sealed class JobExplainer(KubernetesApi api, ClusterWatch watch, string @namespace)
{
    private const int MostEvents = 5;

    public async Task<IReadOnlyList<string>> ExplainAsync(string name, CancellationToken cancellationToken)
    {
        PodEntry? pod = watch.View.Find(name).Youngest;
        string where = pod?.Pod.Spec?.NodeName is { Length: > 0 } node ? $" on node {node}" : "";
        string subject = pod is null
            ? $"Job {name} in namespace {@namespace}, without a pod."
            : $"Job {name}, pod {pod.Pod.Metadata.Name}{where}: {pod.Pod.Phase}.";
        return [subject, .. await EventsAsync(pod?.Pod.Metadata.Name ?? name, name, cancellationToken)];
    }

    /// <summary>Upstream's role may not read events; the explanation then names the command that shows them.</summary>
    private async Task<IReadOnlyList<string>> EventsAsync(string subject, string job, CancellationToken cancellationToken)
    {
        ApiResult<ObjectList<EventObject>> events = await ApiCall.ReachAsync(() => api.ListEventsAsync(subject, cancellationToken));
        if (events.Value is not { } list)
        {
            return events.Refusal is { Code: 403 }
                ? [$"Its events would say more, but this service may not read them: kubectl describe job {job} -n {@namespace}"]
                : [];
        }

        return
        [
            .. list.Items.Where(item => item.Type == "Warning").Reverse().DistinctBy(item => (item.Reason, item.Message)).Take(MostEvents)
                .Select(item => $"Kubernetes says ({item.Reason}): {MainContainerVerdict.OneLine(item.Message)}"),
        ];
    }
}
