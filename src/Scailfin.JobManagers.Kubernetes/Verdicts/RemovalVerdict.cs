using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>
/// Judges a pod that is being deleted, or is gone. Its containers' exit codes count only if the containers ended before the deletion: a
/// program may answer the signal with exit code 0. The reason of the deletion is in the pod or in the Job.
/// </summary>
internal static class RemovalVerdict
{
    public static bool Concerns(JobCase @case, PodEntry entry) =>
        (entry.Pod.Metadata.DeletionTimestamp is not null || entry.GoneAt is not null) && !EndedBefore(entry);

    public static Judgement Of(JobCase @case, PodEntry entry)
    {
        PodObject pod = entry.Pod;
        JobEntry all = @case.Entry;
        bool jobGone = all.IsJobGone;
        bool over = entry.GoneAt is not null || pod.IsOver || pod.Main?.Terminated is not null;
        bool overdue = Overdue(@case, entry);
        if (!jobGone && all.Job?.IsSuspended == true && !@case.StopAsked)
            return Judgement.Waiting("Suspended: it was taken off its node and waits to be admitted again.");
        if (!over && !overdue)
        {
            string reason = @case.StopAsked ? "It is being stopped." : "Its pod is being deleted.";
            return pod.Main is { HasRun: true } main
                ? Judgement.Running(main.State?.Running?.StartedAt ?? main.Terminated?.StartedAt, reason)
                : Judgement.Waiting(reason);
        }

        if (@case.StopAsked)
            return Judgement.Ended(Stopped(@case, pod, over));
        if (PodFailureOf(@case, pod) is { } failure)
            return OneOfSeveral(@case) ?? failure;
        if (all.Job?.Cause is { } cause)
            return Judgement.Ended(WithTimes(PodlessVerdict.OfOutcome(@case, all.Job, cause), pod));
        if (jobGone)
            return Judgement.Ended(WithTimes(PodlessVerdict.Gone(@case, MayHaveRun(pod)), pod));

        // Suspending a Job deletes its pod before the Job's status shows the suspension: only a condition that decides the Job's outcome
        // tells a deleted pod from a suspended Job.
        return all.Job?.Decision is null && !LongGone(@case, entry)
            ? Judgement.Waiting("Its pod was deleted; Kubernetes has not reported why yet.")
            : Judgement.Ended(
                WithTimes(Ends.Of(@case, EndClass.Infrastructure, "Somebody deleted the job's pod.", MayHaveRun(pod), "run"), pod));
    }

    /// <summary>The judgement of a pod that the cluster disrupted.</summary>
    public static Judgement Disrupted(JobCase @case, PodObject pod, ObjectCondition disruption)
    {
        string message = MainContainerVerdict.OneLine(disruption.Message);
        string text = $"The job's pod {KubernetesStates.OfDisruption(disruption.Reason)}: {message}";
        return Judgement.Ended(
            WithTimes(Ends.Of(@case, EndClass.Infrastructure, text, MayHaveRun(pod), "run"), pod),
            $"{disruption.Reason}: Job {@case.Name} was disrupted: {message}");
    }

    private static Judgement? PodFailureOf(JobCase @case, PodObject pod)
    {
        if (pod is { Phase: "Failed", Status.Reason: { Length: > 0 } })
            return PodFailureVerdict.Of(@case, pod);
        return pod.Condition("DisruptionTarget") is { IsTrue: true } disruption ? Disrupted(@case, pod, disruption) : null;
    }

    private static Judgement? OneOfSeveral(JobCase @case) =>
        @case.Entry is { JobGoneAt: null, Job: { MayHaveMorePods: true, Decision: null } }
            ? Judgement.Waiting("One of its pods was deleted; Kubernetes may create another.")
            : null;

    private static AttemptEnd Stopped(JobCase @case, PodObject pod, bool over)
    {
        string text = over
            ? MayHaveRun(pod) ? "The job was stopped while it ran." : "The job was stopped before it began."
            : $"The job was stopped; node {pod.Spec?.NodeName} has not confirmed its end.";
        return WithTimes(Ends.Of(@case, EndClass.Cancelled, text, MayHaveRun(pod), failedPhase: null), pod);
    }

    private static bool EndedBefore(PodEntry entry)
    {
        if (entry.Pod.Main?.Terminated is not { IsInvented: false } ended)
            return false;
        if (entry.MainEndedSince < (entry.LeavingSince ?? entry.GoneAt))
            return true;
        DateTimeOffset? disrupted =
            entry.Pod.Condition("DisruptionTarget") is { IsTrue: true } disruption ? disruption.LastTransitionTime : null;
        return ended.FinishedAt is { } finished
            && finished < (entry.LeavingFrom ?? DateTimeOffset.MaxValue)
            && finished < (disrupted ?? DateTimeOffset.MaxValue);
    }

    /// <summary>The node should have ended it long ago: it is lost.</summary>
    private static bool Overdue(JobCase @case, PodEntry entry) =>
        @case.Lasting(entry.LeavingSince) >=
            @case.Patience.Removal + TimeSpan.FromSeconds(entry.Pod.Metadata.DeletionGracePeriodSeconds ?? 0);

    private static bool LongGone(JobCase @case, PodEntry entry) =>
        @case.Lasting(entry.GoneAt ?? entry.LeavingSince) >= @case.Patience.Removal;

    private static bool MayHaveRun(PodObject pod) =>
        pod.Spec?.NodeName is { Length: > 0 } && (pod.Phase != "Pending" || PodFailureVerdict.MayHaveRun(pod));

    private static AttemptEnd WithTimes(AttemptEnd end, PodObject pod) => end with
    {
        StartedAt = pod.Main?.State?.Running?.StartedAt ?? (pod.Main?.Terminated is { HasRun: true } ended ? ended.StartedAt : null),
        EndedAt = pod.Main?.Terminated?.FinishedAt,
    };
}
