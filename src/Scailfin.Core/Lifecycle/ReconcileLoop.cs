using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Drives the jobs of one backend: sends pending stops and releases, looks for uncertain jobs, observes, and submits while there
/// is room. Each pass asks the backend a fixed number of questions; what follows for each job happens in its actor.
/// </summary>
internal sealed partial class ReconcileLoop(BackendLane lane, ILease lease, TimeProvider time, ILogger logger)
{
    private readonly IJobManager _manager = lane.Backend.Manager;
    private TimeSpan _nextFullPass = TimeSpan.MinValue;
    private long _observations;
    private bool _wasAway;

    public async Task RunAsync(CancellationToken stopping)
    {
        lane.Reachability.Passed();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await lane.WaitAsync(_manager.Traits.ObserveInterval, stopping);
                await PassAsync(stopping);
                lane.Reachability.Passed();
            }
            catch (JobManagerUnavailableException exception)
            {
                Rest(exception.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogPassFailed(logger, lane.Backend.Name, exception);
                Rest(exception.Message);
            }
        }
    }

    private async Task PassAsync(CancellationToken stopping)
    {
        bool full = time.Monotonic() >= _nextFullPass;
        if (full)
            _nextFullPass = time.Monotonic() + _manager.Traits.ObserveInterval;

        // Stops and releases are sent before any job is observed.
        foreach (JobActor actor in lane.Stops())
            actor.Stop.TryCarryOut();
        if (lane.Reachability.Away is { MayAsk: false })
            return;
        foreach (JobActor actor in lane.Actors(ActorStage.Ended))
            actor.TryStart(actor.ReleaseAsync);
        await FindAsync(stopping);
        await ObserveAsync(full, stopping);
        Submit();
    }

    private void Submit()
    {
        // An instance that cannot renew its lease may have lost it: another instance may be submitting these jobs.
        if (!lease.IsHeld)
            return;

        // While the backend is unreachable, only one submission at a time is sent, to find out whether it answers again.
        int submissions = lane.Reachability.Away is null ? int.MaxValue : 1;
        foreach (JobActor actor in lane.NextPending())
        {
            if (submissions > 0 && actor.TrySubmit())
                submissions--;
        }
    }

    private async Task FindAsync(CancellationToken stopping)
    {
        // No lookup for a job that is being stopped: a stop needs no handle, and it keeps a late submission from starting.
        List<JobActor> uncertain = [.. lane.Actors(ActorStage.Uncertain).Where(actor => actor.FindIsDue)];
        if (uncertain.Count == 0)
            return;
        IReadOnlyList<PluralAnswer<Finding>> findings = await AskAsync<Finding>(
            BackendCall.Find, uncertain, attempts => _manager.FindAsync(attempts, stopping), (_, _) => true, stopping);
        foreach ((JobActor actor, PluralAnswer<Finding> answer) in uncertain.Zip(findings))
        {
            Finding finding = answer.Answer ?? new Finding.CannotTell(WhyNot(actor, answer.Exception!, answer.IsItsOwn));
            actor.TryStart(() => actor.Stage == ActorStage.Uncertain ? actor.Submission.TakeFindingAsync(finding) : Task.CompletedTask);
        }
    }

    private async Task ObserveAsync(bool full, CancellationToken stopping)
    {
        IReadOnlyList<JobActor> hinted = lane.TakeHints();
        List<JobActor> observed =
        [
            .. (full ? lane.Actors(ActorStage.Submitted) : hinted.Where(actor => actor.Stage == ActorStage.Submitted))
                .Where(actor => actor.Observations.MayLook),
        ];
        if (observed.Count == 0)
            return;
        long sequence = ++_observations;
        IReadOnlyList<PluralAnswer<Observation>> observations;
        try
        {
            observations = await AskAsync<Observation>(
                BackendCall.Observe,
                observed,
                attempts => _manager.ObserveAsync(attempts, stopping),
                (observation, attempt) => observation.JobId == attempt.JobId && observation.AttemptNumber == attempt.Number,
                stopping);
        }
        catch (JobManagerUnavailableException exception)
        {
            PauseOrGiveUp(observed, exception.Message);
            throw;
        }

        foreach ((JobActor actor, PluralAnswer<Observation> answer) in observed.Zip(observations))
        {
            Observation observation = answer.Answer ?? Observation.Of(
                actor.Job.Attempt,
                ObservedPhase.CannotLook,
                time.GetUtcNow(),
                WhyNot(actor, answer.Exception!, answer.IsItsOwn));
            actor.TryStart(() => actor.Stage == ActorStage.Submitted
                ? actor.Observations.TakeAsync(observation, sequence)
                : Task.CompletedTask);
        }
    }

    private async Task<IReadOnlyList<PluralAnswer<T>>> AskAsync<T>(
        BackendCall call,
        List<JobActor> actors,
        Func<IReadOnlyList<Attempt>, Task<IReadOnlyList<T>>> ask,
        Func<T, Attempt, bool> isOf,
        CancellationToken stopping)
        where T : class
    {
        IReadOnlyList<PluralAnswer<T>> answers = await PluralCall.AskAsync(
            [.. actors.Select(actor => actor.Job.Attempt)],
            attempts => lane.Calls.MeasureAsync(call, () => ask(attempts)),
            isOf,
            stopping);
        lane.Reachability.Reached();
        if (_wasAway)
            LogBack(logger, lane.Backend.Name);
        _wasAway = false;
        return answers;
    }

    /// <summary>Pauses a job that makes plural calls fail, so that not every pass has to search for it among the others.</summary>
    private string WhyNot(JobActor actor, Exception exception, bool isItsOwn)
    {
        string why = $"Backend '{lane.Backend.Name}' could not look at this job: {exception.Message}";
        if (isItsOwn)
            actor.Observations.Rest();
        if (isItsOwn && actor.Job.Reason != why)
            LogLookFailed(logger, actor.Job.Id, exception);
        return why;
    }

    private void PauseOrGiveUp(IReadOnlyList<JobActor> observed, string reason)
    {
        foreach (JobActor actor in observed)
            actor.Observations.PauseNotKnown();
        if (lane.Reachability.Away is not { } away || away.For < _manager.Traits.UnreachableBound)
            return;
        foreach (JobActor actor in observed)
            actor.TryStart(() => actor.Observations.GiveUpAsync(away.For, reason));
    }

    private void Rest(string reason)
    {
        if (lane.Reachability.Away is null)
            LogAway(logger, lane.Backend.Name, reason);
        _wasAway = true;
        lane.Reachability.Lost(reason);
    }

    [LoggerMessage(
        EventId = 110, Level = LogLevel.Warning, Message = "Backend {Backend} cannot be reached, its jobs keep their status: {Reason}")]
    private static partial void LogAway(ILogger logger, string backend, string reason);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "Backend {Backend} answers again")]
    private static partial void LogBack(ILogger logger, string backend);

    [LoggerMessage(
        EventId = 112, Level = LogLevel.Error, Message = "Backend {Backend}: a pass over its jobs failed and will be tried again")]
    private static partial void LogPassFailed(ILogger logger, string backend, Exception exception);

    [LoggerMessage(EventId = 113, Level = LogLevel.Error, Message = "Job {JobId}: a look at it failed and will be tried again")]
    private static partial void LogLookFailed(ILogger logger, JobId jobId, Exception exception);
}
