using System.Collections.Concurrent;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Which life a pod gets: the next one that was set for its Job, or what the rule says.</summary>
public sealed class PodLives
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<PodLife>> _ofJobs = [];
    private Func<StoredObject, PodLife> _rule;

    internal PodLives(PodLife standard) => _rule = _ => standard;

    /// <summary>The lives of the pods of that Job, one after the other. The last one is for all that follow.</summary>
    public void Of(string jobName, params PodLife[] lives) => _ofJobs[jobName] = new ConcurrentQueue<PodLife>(lives);

    /// <summary>For the pods of Jobs that have no lives of their own.</summary>
    public void Are(PodLife life) => _rule = _ => life;

    /// <summary>The rule sees the pod as it is about to be created.</summary>
    public void Are(Func<StoredObject, PodLife> rule) => _rule = rule;

    internal PodLife For(StoredObject pod)
    {
        if (!pod.Labels.TryGetValue("job-name", out string? job)
            || !_ofJobs.TryGetValue(job, out ConcurrentQueue<PodLife>? lives)
            || !lives.TryPeek(out PodLife? next))
            return _rule(pod);
        if (lives.Count > 1)
            lives.TryDequeue(out _);
        return next;
    }
}
