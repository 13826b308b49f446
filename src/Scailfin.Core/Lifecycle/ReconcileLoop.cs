using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Drives the jobs of one backend: looks for uncertain ones, submits those that are owed while there is room, observes, sends stops, and
/// releases what ended. Each pass asks the backend a fixed number of questions; what follows for each job happens in its actor.
/// </summary>
internal sealed partial class ReconcileLoop(BackendLane lane, ILease lease, TimeProvider time, ILogger logger)
{
    private readonly IJobManager _manager = lane.Backend.Manager;
    private DateTimeOffset _nextFullPass = DateTimeOffset.MinValue;
    private bool _wasAway;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await lane.WaitAsync(_manager.Traits.ObserveInterval, stopping);
                await PassAsync(stopping);
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
        bool full = time.GetUtcNow() >= _nextFullPass;
        if (full)
            _nextFullPass = time.GetUtcNow() + _manager.Traits.ObserveInterval;

        bool mayAsk = lane.AwayNow() is not { MayAsk: false };
        if (mayAsk)
        {
            await FindAsync(stopping);
            await ObserveAsync(full, stopping);
        }

        foreach (JobActor actor in lane.Stops().Where(actor => actor.Stage == ActorStage.Pending))
            actor.TryStart(actor.StopUnsubmittedAsync);
        if (mayAsk)
            StartWhatIsOwed();
    }

    private void StartWhatIsOwed()
    {
        foreach (JobActor actor in lane.Stops().Where(actor => actor.StopIsDue))
            actor.TryStart(actor.SendStopAsync);
        foreach (JobActor actor in lane.Actors(ActorStage.Ended))
            actor.TryStart(actor.ReleaseAsync);

        // A holder that cannot renew its lease may have lost it by now: another instance may be submitting these jobs.
        if (!lease.IsHeld)
            return;

        // While the backend is away, one submission at a time finds out whether it is back.
        int submissions = lane.AwayNow() is null ? int.MaxValue : 1;
        foreach (JobActor actor in lane.NextPending().Where(actor => actor.Job.Stop is null))
        {
            if (submissions > 0 && actor.TrySubmit())
                submissions--;
        }
    }

    private async Task FindAsync(CancellationToken stopping)
    {
        // A job that is to be stopped is not looked for: a stop works without a handle, and keeps a late submission from starting.
        List<JobActor> uncertain = [.. lane.Actors(ActorStage.Uncertain).Where(actor => actor.Job.Stop is null)];
        if (uncertain.Count == 0)
            return;
        IReadOnlyList<Finding> findings = await lane.Calls.MeasureAsync(
            BackendCall.Find, () => _manager.FindAsync([.. uncertain.Select(actor => actor.Job.Attempt)], stopping));
        Answered();
        foreach ((JobActor actor, Finding finding) in uncertain.Zip(findings))
            actor.TryStart(() => actor.Stage == ActorStage.Uncertain ? actor.TakeFindingAsync(finding) : Task.CompletedTask);
    }

    private async Task ObserveAsync(bool full, CancellationToken stopping)
    {
        IReadOnlyList<JobActor> hinted = lane.TakeHints();
        IReadOnlyList<JobActor> observed =
            full ? lane.Actors(ActorStage.Submitted) : [.. hinted.Where(actor => actor.Stage == ActorStage.Submitted)];
        if (observed.Count == 0)
            return;
        IReadOnlyList<Observation> observations;
        try
        {
            observations = await lane.Calls.MeasureAsync(
                BackendCall.Observe, () => _manager.ObserveAsync([.. observed.Select(actor => actor.Job.Attempt)], stopping));
        }
        catch (JobManagerUnavailableException exception)
        {
            PauseOrGiveUp(observed, exception.Message);
            throw;
        }

        Answered();
        foreach ((JobActor actor, Observation observation) in observed.Zip(observations))
        {
            actor.TryStart(() => actor.Stage == ActorStage.Submitted ? actor.TakeObservationAsync(observation) : Task.CompletedTask);
        }
    }

    private void PauseOrGiveUp(IReadOnlyList<JobActor> observed, string reason)
    {
        foreach (JobActor actor in observed)
            actor.PauseNotKnown();
        if (lane.AwayNow() is not { } away || away.For < _manager.Traits.UnreachableBound)
            return;
        foreach (JobActor actor in observed)
            actor.TryStart(() => actor.GiveUpAsync(away.For, reason));
    }

    private void Answered()
    {
        lane.Reached();
        if (_wasAway)
            LogBack(logger, lane.Backend.Name);
        _wasAway = false;
    }

    private void Rest(string reason)
    {
        if (lane.AwayNow() is null)
            LogAway(logger, lane.Backend.Name, reason);
        _wasAway = true;
        lane.Away(reason);
    }

    [LoggerMessage(
        EventId = 110, Level = LogLevel.Warning, Message = "Backend {Backend} cannot be reached, its jobs keep their status: {Reason}")]
    private static partial void LogAway(ILogger logger, string backend, string reason);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "Backend {Backend} answers again")]
    private static partial void LogBack(ILogger logger, string backend);

    [LoggerMessage(
        EventId = 112, Level = LogLevel.Error, Message = "Backend {Backend}: a pass over its jobs failed and will be tried again")]
    private static partial void LogPassFailed(ILogger logger, string backend, Exception exception);
}
