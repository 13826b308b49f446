using System.Collections.Concurrent;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>The attempts that this process has observed, by the name of their Job.</summary>
/// <param name="watch">The watch, which is started with the first awaited job.</param>
/// <param name="asked">Called each time an attempt is observed.</param>
internal sealed class AwaitedJobs(ClusterWatch watch, Action asked)
{
    private readonly ConcurrentDictionary<string, AwaitedJob> _jobs = new(StringComparer.Ordinal);

    /// <summary>Begins to keep the state of the attempt's Job and pods.</summary>
    public AwaitedJob Await(Attempt attempt, string name)
    {
        watch.Start(attempt.Spec.WorkflowUuid);
        asked();
        if (_jobs.TryGetValue(name, out AwaitedJob? known))
            return known;
        watch.View.Await(name);
        return _jobs.GetOrAdd(name, _ => new AwaitedJob(attempt.JobId, attempt.Number));
    }

    /// <summary>Finds the state of an attempt; null if the attempt was never observed.</summary>
    public AwaitedJob? Find(string name) => _jobs.GetValueOrDefault(name);

    public void Forget(string name)
    {
        _jobs.TryRemove(name, out _);
        watch.View.Release(name);
    }
}
