using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>Judges a Job of which no pod was seen: the pod is not created yet, cannot be created, or was deleted before that.</summary>
internal static class PodlessVerdict
{
    public static Judgement Of(JobCase @case)
    {
        JobObject job = @case.Entry.Job!;
        if (@case.PodsMayBeLate)
            return Judgement.Waiting("The Job has ended; the service waits for the status of its pod.");
        if (job.Outcome is { } outcome)
            return Judgement.Ended(OfOutcome(@case, job, outcome));
        if (@case.Entry.JobGoneAt is not null)
            return Judgement.Ended(Gone(@case, mayHaveRun: job.Status?.StartTime is not null && !job.IsSuspended));
        if (job.IsSuspended)
            return Judgement.Waiting("Suspended: it waits to be admitted to a queue, such as Kueue's.");
        DateTimeOffset since = job.Status?.StartTime ?? job.Metadata.CreationTimestamp ?? @case.Entry.FirstSeenAt;
        TimeSpan waited = @case.Lasting(@case.Entry.AwaitsPodSince);
        if (waited < TimeSpan.FromSeconds(10))
            return Judgement.Waiting("Kubernetes is about to make its pod.", since);
        const string Causes = "a quota, an admission rule of the namespace, or an image name that is not valid";
        return waited < @case.Patience.NoPod
            ? Judgement.Waiting($"Kubernetes has not created the Job's pod yet; the cause may be {Causes}.", since)
            : Judgement.GiveUp(Ends.Of(
                @case,
                EndClass.Infrastructure,
                $"Kubernetes has not created the Job's pod for {@case.Patience.NoPod.TotalMinutes:0.#} minutes; the cause may be {Causes}. "
                    + $"The Job's events may say more (kubectl describe job {@case.Name}).",
                mayHaveRun: false,
                "schedule"));
    }

    /// <summary>Makes the end from the Job's condition, which does not always name a cause (see <see cref="JobObject.Cause"/>).</summary>
    /// <param name="case">The attempt.</param>
    /// <param name="job">Its Job.</param>
    /// <param name="outcome">The condition.</param>
    /// <param name="pod">Why the pod gives no further information.</param>
    public static AttemptEnd OfOutcome(JobCase @case, JobObject job, ObjectCondition outcome, string pod = "its pod is gone")
    {
        if (outcome.Type == "Complete")
        {
            return Ends.Of(
                @case,
                EndClass.Succeeded,
                $"Kubernetes says that the job is complete; {pod}.",
                mayHaveRun: true,
                failedPhase: null) with
            {
                StartedAt = job.Status?.StartTime,
                EndedAt = job.Status?.CompletionTime,
            };
        }

        string message = MainContainerVerdict.OneLine(outcome.Message);
        if (outcome.Reason == "DeadlineExceeded")
            return Ends.Of(@case, EndClass.Limit, $"The job reached the time limit of its Job: {message}", mayHaveRun: true, "run");
        string text = job.Cause is null
            ? $"Kubernetes says that the job failed ({outcome.Reason}: {message}); {pod}, and with it the cause."
            : $"Kubernetes says that the job failed ({outcome.Reason}): {message}";
        return Ends.Of(@case, EndClass.Infrastructure, text, mayHaveRun: true, "run");
    }

    /// <summary>The end of an attempt whose Job no longer exists, and whose end was not observed.</summary>
    public static AttemptEnd Gone(JobCase @case, bool mayHaveRun) => @case.StopAsked
        ? Ends.Of(
            @case,
            EndClass.Cancelled,
            mayHaveRun ? "The job was stopped." : "The job was stopped before it began.",
            mayHaveRun,
            failedPhase: null)
        : Ends.Of(@case, EndClass.Cancelled, "Somebody deleted the job in Kubernetes.", mayHaveRun, "run");
}
