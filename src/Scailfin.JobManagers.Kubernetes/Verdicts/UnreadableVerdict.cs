using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>
/// Judges a job of which a pod, or the Job itself, cannot be read. It ends by the one that can; until then its state is not known.
/// </summary>
internal static class UnreadableVerdict
{
    /// <summary>Judges an attempt whose objects cannot all be parsed; null if the readable ones are sufficient.</summary>
    public static Judgement? Of(JobCase @case)
    {
        JobEntry entry = @case.Entry;
        if (entry.UnreadablePods is [.., var pod] && entry.Youngest?.Pod.Main?.Terminated is not { IsInvented: false })
            return OfPod(@case, pod);
        return entry is { UnreadableJob: { } why, Youngest: null }
            ? Judgement.Waiting($"The state of the job is not known: Kubernetes' Job {@case.Name} cannot be read, {why}.")
            : null;
    }

    private static Judgement OfPod(JobCase @case, UnreadableObject pod)
    {
        JobEntry entry = @case.Entry;
        if (entry.Job is { Outcome: { } outcome } job)
            return Judgement.Ended(PodlessVerdict.OfOutcome(@case, job, outcome, $"its pod {pod.Name} cannot be read ({pod.Why})"));
        return entry.IsJobGone
            ? Judgement.Ended(PodlessVerdict.Gone(@case, mayHaveRun: true))
            : Judgement.Waiting($"The state of the job is not known: its pod {pod.Name} cannot be read, {pod.Why}.");
    }
}
