using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes;

/// <content>What becomes of attempts.</content>
internal sealed partial class KubernetesJobManager
{
    public async Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        if (attempts.Count == 0)
            return [];
        string[] names = [.. attempts.Select(_names.Of)];
        AwaitedJob[] jobs = [.. attempts.Zip(names, Await)];
        await _watch.ReadyAsync(cancellationToken);
        if (names.Zip(attempts, jobs).Any(one => CaseOf(one.First, one.Second, one.Third).PodsAreLate)
            && await ReachAsync(() => _watch.ListPodsAsync(cancellationToken)) is { } refusal)
            throw new JobManagerUnavailableException(refusal.Sentence);
        var observations = new List<Observation>(attempts.Count);
        for (int i = 0; i < jobs.Length; i++)
            observations.Add(Observe(attempts[i], names[i], jobs[i]));
        return observations;
    }

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) => remedy is GiveUp giveUp
        ? GiveUpAsync(_names.Of(attempt), Await(attempt, _names.Of(attempt)), giveUp.End, cancellationToken)
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
        new(name, _watch.View.Find(name), job.StopAsked, attempt.Spec.Timeout, _options.Patience, _time.GetUtcNow())
        {
            PodsAsOf = _watch.PodsAsOf,
        };

    /// <summary>What this process did itself counts for more than what it looks like.</summary>
    private Judgement Conclude(JobCase @case, AwaitedJob job, Judgement judgement)
    {
        if (job.GivenUp is { } given && !job.StopAsked)
        {
            PodEntry? pod = @case.Entry.Youngest;
            bool hasRun = pod is not null && PodFailureVerdict.MayHaveRun(pod.Pod) && pod.Pod.Main?.HasRun == true;
            bool over = @case.Entry.JobGoneAt is not null && (pod is null || pod.GoneAt is not null || pod.Pod.IsOver);
            bool lost = _time.Monotonic() - job.GivenUpAt >= _options.Patience.Removal;
            if (!over && !lost)
                return Judgement.Waiting(given.Evidence.Text);

            // What began and ended while it was given up counts: the step's container decides, as it always does.
            return over && pod is { Pod.Main.Terminated: { IsInvented: false } ended }
                ? MainContainerVerdict.Of(@case, pod, ended)
                : Judgement.Ended(given with { StepMayHaveRun = given.StepMayHaveRun || hasRun || !over });
        }

        return judgement.Phase == ObservedPhase.NotKnown && job.StopFoundNothing
            ? Judgement.Ended(PodlessVerdict.Gone(@case, mayHaveRun: true))
            : judgement;
    }

    /// <summary>It could still begin, unless it is deleted first. What its containers wait for is noted before, for its log.</summary>
    private async Task GiveUpAsync(string name, AwaitedJob job, AttemptEnd end, CancellationToken cancellationToken)
    {
        job.PodBefore = _watch.View.Find(name).Youngest?.Pod;
        await DeleteOrThrowAsync(name, cancellationToken);
        job.GivenUpAt = _time.Monotonic();
        job.GivenUp = end;
        HintLater(job);
    }

    /// <summary>Nothing may happen any more that would make anybody look.</summary>
    private void HintLater(AwaitedJob job)
    {
        if (job.BeginHint())
            _ = HintAsync(job);
    }

    private async Task HintAsync(AwaitedJob job)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        job.EndHint();
        if (!_stopping.IsCancellationRequested)
            _changed?.Invoke(job.Id);
    }

    private void Tell(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
            LogForUsers(_logger, line);
    }

    /// <summary>REANA's log collector shows these to users (contract B.7): nothing stands before or behind the words.</summary>
    [LoggerMessage(EventId = 610, Level = LogLevel.Error, Message = "{Line}")]
    private static partial void LogForUsers(ILogger logger, string line);
}

/// <summary>Kubernetes cannot start the attempt, and it is not waited for any longer.</summary>
internal sealed record GiveUp(AttemptEnd End) : Remedy("delete the Job, which Kubernetes cannot start");
