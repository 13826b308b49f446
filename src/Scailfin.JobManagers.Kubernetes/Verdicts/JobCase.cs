using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>All information that a verdict may use.</summary>
/// <param name="Name">The name of the Job.</param>
/// <param name="Entry">The state of the Job and its pods as last seen.</param>
/// <param name="StopAsked">Whether the service deleted the Job because a stop was requested.</param>
/// <param name="Timeout">The time limit of the pod.</param>
/// <param name="Patience">The timeouts.</param>
/// <param name="Now">The time.</param>
internal sealed record JobCase(
    string Name, JobEntry Entry, bool StopAsked, TimeSpan Timeout, KubernetesPatience Patience, DateTimeOffset Now)
{
    /// <summary>
    /// The delay between the two watches: Pods and Jobs are watched separately, so events may arrive in another order than they happened.
    /// </summary>
    private static readonly TimeSpan Overtaking = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The time by the clock that <see cref="Entry"/> has its own moments from; <see cref="Now"/> is for Kubernetes' times.
    /// </summary>
    public DateTimeOffset Steady { get => field == default ? Now : field; init; }

    /// <summary>The time of the last complete list of pods.</summary>
    public DateTimeOffset PodsAsOf { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether the Job has ended, so that its pods may have ended too although the watch has not reported it yet.</summary>
    public bool PodsMayBeLate => Entry.OverSince is { } over && PodsAsOf < over;

    /// <summary>Whether the pods' end is overdue, so that the pods are listed.</summary>
    public bool PodsAreLate => PodsMayBeLate && Lasting(Entry.OverSince) >= Overtaking;

    /// <summary>For how long something that <see cref="Entry"/> says lasts; zero if it does not.</summary>
    public TimeSpan Lasting(DateTimeOffset? since) => SteadyTime.Between(since, Steady) ?? TimeSpan.Zero;
}
