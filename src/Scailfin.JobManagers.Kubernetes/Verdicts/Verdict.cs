using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>
/// Judges an attempt by what was seen of it. Pure. In this order: the container that runs the step, the pod, the Job if no pod can say
/// it; a pod that is being deleted is judged only after a look at its Job.
/// </summary>
internal static class Verdict
{
    public static Judgement Of(JobCase @case)
    {
        JobEntry entry = @case.Entry;
        if (!entry.IsKnown)
            return new Judgement(ObservedPhase.NotKnown);
        if (entry.Job?.Metadata.Annotations?.Stopped is not null)
            return Judgement.Ended(
                Ends.Of(@case, EndClass.Cancelled, "The job was stopped before it began.", mayHaveRun: false, failedPhase: null));
        if (UnreadableVerdict.Of(@case) is { } unreadable)
            return unreadable;
        return entry.Youngest is { } pod ? OfPod(@case, pod) : PodlessVerdict.Of(@case);
    }

    private static Judgement OfPod(JobCase @case, PodEntry entry)
    {
        PodObject pod = entry.Pod;
        if (RemovalVerdict.Concerns(@case, entry))
            return RemovalVerdict.Of(@case, entry);
        if (pod.IsOver && PodFailureVerdict.Of(@case, pod) is { } failure)
            return OneOfSeveral(@case) ?? failure;
        if (pod.Main is { Terminated: { IsInvented: false } ended })
            return MainContainerVerdict.Of(@case, entry, ended) is { Phase: ObservedPhase.Ended, End.Class: not EndClass.Succeeded } failed
                ? OneOfSeveral(@case) ?? failed
                : MainContainerVerdict.Of(@case, entry, ended);
        if (pod.IsOver)
            return OneOfSeveral(@case) ?? PodFailureVerdict.Unexplained(@case, pod);
        return pod.Main is { State.Running: { } running }
            ? Judgement.Running(running.StartedAt, NodeTrouble(pod))
            : PendingVerdict.Of(@case, entry);
    }

    /// <summary>
    /// Waits for the Job's decision if one pod failed and Kubernetes may create another (never for Jobs of this service).
    /// </summary>
    private static Judgement? OneOfSeveral(JobCase @case) =>
        @case.Entry is { JobGoneAt: null, Job: { MayHaveMorePods: true, Decision: null } }
            ? Judgement.Waiting("One of its pods failed; Kubernetes may make another.")
            : null;

    /// <summary>Reports a silent node: this service sets no probes, so a pod whose container runs is not ready only then.</summary>
    private static string NodeTrouble(PodObject pod) => pod.Condition("Ready") switch
    {
        { IsTrue: false, Reason: null } => $"Its node {pod.Spec?.NodeName} does not answer.",
        { IsTrue: false, Reason: "PodFailed" } => "It has reached its time limit and is being ended.",
        _ => "",
    };
}
