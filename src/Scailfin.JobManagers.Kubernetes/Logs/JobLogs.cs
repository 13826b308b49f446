using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>The logs of a Job's pod.</summary>
internal sealed class JobLogs(ClusterWatch watch, FollowedLogs followed, ContainerLog read, LiveLogs live)
{
    public async Task<Collected> CollectAsync(string name, AwaitedJob job, CancellationToken cancellationToken)
    {
        if (watch.View.Find(name).Youngest is not { } entry)
            return new Collected("");
        PodObject pod = job.PodBefore is { } before && entry.Pod.Main is not { HasRun: true } ? before : entry.Pod;
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string container in JobLogText.Containers(pod)
            .Where(container => container is { Waiting: null, Terminated: not { IsInvented: true } })
            .Select(container => container.Name))
        {
            if (entry.GoneAt is null || container == Names.MainContainer)
                texts[container] = await ApiCall.ReachAsync(() => read.ReadAsync(pod.Metadata.Name, container, cancellationToken));
        }

        return new Collected(JobLogText.Compose(pod, texts));
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(string name, long offset, int limit, CancellationToken cancellationToken) =>
        watch.View.Find(name).Youngest is { GoneAt: null, Pod: { Main.HasRun: true } pod }
            ? await ApiCall.ReachAsync(() => live.ReadAsync(pod.Metadata.Name, Names.MainContainer, offset, limit, cancellationToken))
            : default;

    /// <summary>
    /// Begins to read the step's log while it is written: it goes with its pod, and its node keeps only the newest part.
    /// </summary>
    public async Task FollowAsync(string name)
    {
        if (watch.View.Find(name).Youngest is { GoneAt: null, Pod: { Main: { HasRun: true, Terminated: null } } pod })
            await followed.FollowAsync(pod.Metadata.Name, Names.MainContainer);
    }

    /// <summary>Drops the logs of a pod that is no longer asked for.</summary>
    public void Forget(string pod)
    {
        live.Close(pod);
        followed.Forget(pod);
    }
}
