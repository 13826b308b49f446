using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Stopping;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Observing;

/// <summary>Observes attempts.</summary>
/// <param name="watch">The watch of Jobs and pods.</param>
/// <param name="awaited">What this process knows in addition to Kubernetes.</param>
/// <param name="names">The names of Jobs.</param>
/// <param name="remover">Deletes the Jobs of attempts that are given up.</param>
/// <param name="patience">The timeouts of attempts that make no progress.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The logger of the lines for REANA's users.</param>
/// <param name="hint">Is called for a job that should be looked at again.</param>
/// <param name="stopping">Ends the reminders.</param>
internal sealed partial class JobObserver(
    ClusterWatch watch,
    AwaitedJobs awaited,
    ComponentNames names,
    JobRemover remover,
    KubernetesPatience patience,
    TimeProvider time,
    ILogger logger,
    Action<JobId> hint,
    CancellationToken stopping)
{
    public async Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        if (attempts.Count == 0)
            return [];
        string[] named = [.. attempts.Select(names.Of)];
        AwaitedJob[] jobs = [.. attempts.Zip(named, awaited.Await)];
        await watch.ReadyAsync(cancellationToken);
        if (named.Zip(attempts, jobs).Any(one => CaseOf(one.First, one.Second, one.Third).PodsAreLate)
            && await ApiCall.ReachAsync(() => watch.ListPodsAsync(cancellationToken)) is { } refusal)
            throw new JobManagerUnavailableException(refusal.Sentence);
        var observations = new List<Observation>(attempts.Count);
        for (int i = 0; i < jobs.Length; i++)
            observations.Add(Observe(attempts[i], named[i], jobs[i]));
        return observations;
    }

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) => remedy is GiveUp giveUp
        ? GiveUpAsync(names.Of(attempt), awaited.Await(attempt, names.Of(attempt)), giveUp.End, cancellationToken)
        : throw new NotSupportedException($"The Kubernetes manager has no way to {remedy.What}.");

    private Observation Observe(Attempt attempt, string name, AwaitedJob job)
    {
        JobCase @case = CaseOf(name, attempt, job);
        Judgement judgement = Conclude(@case, job, Verdict.Of(@case));
        bool settles = judgement.Phase == ObservedPhase.Running && @case.Entry.Youngest is { MainEndedSince: not null, LeavingSince: null };
        if (settles || (judgement.End is null && @case.PodsMayBeLate))
            HintLater(job);
        if (judgement.Lines.Count > 0 && job.TellOnce())
            Tell(judgement.Lines);
        job.Ended = judgement.End?.Class ?? job.Ended;
        return new Observation
        {
            JobId = attempt.JobId,
            AttemptNumber = attempt.Number,
            Phase = judgement.Phase,
            ObservedAt = @case.Now,
            Since = judgement.Since,
            Reason = judgement.Reason,
            End = judgement.End,
            Remedy = judgement.GivenUp is { } end && job.GivenUp is null ? new GiveUp(end) : null,
        };
    }

    private JobCase CaseOf(string name, Attempt attempt, AwaitedJob job) =>
        new(name, watch.View.Find(name), job.StopAsked, attempt.Spec.Timeout, patience, time.GetUtcNow())
        {
            Steady = watch.View.Steady.GetUtcNow(),
            PodsAsOf = watch.PodsAsOf,
        };

    /// <summary>Gives a deletion by this process precedence over what the Job and its pods look like.</summary>
    private Judgement Conclude(JobCase @case, AwaitedJob job, Judgement judgement)
    {
        if (job.GivenUp is { } given && !job.StopAsked)
        {
            PodEntry? pod = @case.Entry.Youngest;
            bool hasRun = pod is not null && PodFailureVerdict.MayHaveRun(pod.Pod) && pod.Pod.Main?.HasRun == true;
            bool over = @case.Entry.JobGoneAt is not null && (pod is null || pod.GoneAt is not null || pod.Pod.IsOver);
            bool lost = time.Monotonic() - job.GivenUpAt >= patience.Removal;
            if (!over && !lost)
                return Judgement.Waiting(given.Evidence.Text);

            // If the step ended while the service was giving up the job, the state of its container decides.
            return over && pod is { Pod.Main.Terminated: { IsInvented: false } ended }
                ? MainContainerVerdict.Of(@case, pod, ended)
                : Judgement.Ended(given with { StepMayHaveRun = given.StepMayHaveRun || hasRun || !over });
        }

        return judgement.Phase == ObservedPhase.NotKnown && job.StopFoundNothing
            ? Judgement.Ended(PodlessVerdict.Gone(@case, mayHaveRun: true))
            : judgement;
    }

    /// <summary>Deletes the Job, because its pod could still start. Keeps the pod's state from before, for the log.</summary>
    private async Task GiveUpAsync(string name, AwaitedJob job, AttemptEnd end, CancellationToken cancellationToken)
    {
        job.PodBefore = watch.View.Find(name).Youngest?.Pod;
        await remover.DeleteAsync(name, cancellationToken);
        job.GivenUpAt = time.Monotonic();
        job.GivenUp = end;
        HintLater(job);
    }

    /// <summary>Schedules another look at the job, because there may be no further event that causes one.</summary>
    private void HintLater(AwaitedJob job)
    {
        if (job.BeginHint())
            _ = HintAsync(job);
    }

    private async Task HintAsync(AwaitedJob job)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        job.EndHint();
        if (!stopping.IsCancellationRequested)
            hint(job.Id);
    }

    private void Tell(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
            LogForUsers(logger, line);
    }

    /// <summary>REANA's log collector shows these to users (contract B.7): the line holds these words only.</summary>
    [LoggerMessage(EventId = 610, Level = LogLevel.Error, Message = "{Line}")]
    private static partial void LogForUsers(ILogger logger, string line);
}
