using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <content>What follows from what the backend says.</content>
internal sealed partial class JobActor
{
    /// <summary>Takes an observation; one of another attempt, or older than the last, changes nothing.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="sequence">The number of the call that returned it.</param>
    public async Task TakeObservationAsync(Observation observation, long sequence)
    {
        if (observation.AttemptNumber != Job.AttemptNumber || sequence < _lastObservation || Job.Status.IsTerminal())
            return;
        _lastObservation = sequence;
        if (observation.Phase is not (ObservedPhase.NotKnown or ObservedPhase.CannotLook))
            _notKnown.Reset();
        if (observation.Phase != ObservedPhase.CannotLook)
        {
            _cannotLook.Reset();
            _lookBackOff.Reset();
        }

        await (observation.Phase switch
        {
            ObservedPhase.Waiting => TakeWaitingAsync(observation),
            ObservedPhase.Running => TakeRunningAsync(observation),
            ObservedPhase.NotKnown => TakeNotKnownAsync(observation),
            ObservedPhase.CannotLook => TakeCannotLookAsync(observation.Reason),
            ObservedPhase.Ended when observation.End is { } end => TakeEndAsync(end),
            _ => throw new InvalidOperationException(
                $"Backend '{_lane.Backend.Name}' gave an observation that says nothing: {observation}."),
        });
        await ApplyAsync(observation.Remedy);
    }

    /// <summary>A look at this job failed in a way that the manager did not expect: it is looked at again after a growing pause.</summary>
    public void RestFromLooks() => _lookBackOff.Begin();

    /// <summary>Pauses the not-known clock while the backend cannot be asked.</summary>
    public void PauseNotKnown() => _notKnown.Pause();

    /// <summary>Gives up a job whose backend has been unreachable for longer than its bound.</summary>
    public Task GiveUpAsync(TimeSpan away, string reason) =>
        GiveUpAsync($"Backend '{_lane.Backend.Name}' could not be reached for {away.TotalHours:0.#} hours: {reason}");

    private Task GiveUpAsync(string text) => EndAsync(
        new AttemptEnd { Class = EndClass.Infrastructure, StepMayHaveRun = true, Evidence = ServiceEvidence(text) },
        logs: "",
        released: false);

    private Task TakeWaitingAsync(Observation observation)
    {
        TimelineEntry? entry = Job.Status == JobStatus.Running ? Entry(JobTimeline.Requeued, observation.Reason) : null;
        return _record.ChangeAsync(
            job => job.Status == JobStatus.Queued && job.Reason == observation.Reason
                ? job
                : job with { Status = JobStatus.Queued, Reason = observation.Reason },
            entry);
    }

    private async Task TakeRunningAsync(Observation observation)
    {
        bool first = Job.Status != JobStatus.Running;
        await _record.ChangeAsync(
            job => job.Status == JobStatus.Running && job.Reason == observation.Reason
                ? job
                : job with
                {
                    Status = JobStatus.Running,
                    Reason = observation.Reason,
                    StartedAt = job.StartedAt ?? observation.Since ?? observation.ObservedAt,
                },
            first ? Entry(JobTimeline.Running, observation.Reason) : null);
        if (!first)
            return;
        _phases.Running(Job);
        _services.Faults.Reach(FaultPoints.RunningStored);
    }

    private Task TakeNotKnownAsync(Observation observation)
    {
        TimeSpan silence = _notKnown.Tick(_services.Time.Monotonic());
        TimeSpan bound = Manager.Traits.NotKnownBound;
        if (silence < bound)
            return Task.CompletedTask;
        string text = $"Backend '{_lane.Backend.Name}' has answered for {bound.TotalSeconds:0} s that it does not know this job.";
        return EndAsync(
            new AttemptEnd
            {
                Class = Job.Stop is null ? EndClass.Infrastructure : EndClass.Cancelled,
                StepMayHaveRun = true,
                Evidence = new Evidence { Source = EvidenceSource.NotKnown, Text = text, ObservedAt = observation.ObservedAt },
            },
            logs: "",
            released: false);
    }

    /// <summary>The status stays and the reason shows; a failed look proves nothing until the bound of an unreachable backend.</summary>
    private Task TakeCannotLookAsync(string why)
    {
        _notKnown.Pause();
        TimeSpan lasting = _cannotLook.Tick();
        if (lasting >= Manager.Traits.UnreachableBound)
            return GiveUpAsync($"Backend '{_lane.Backend.Name}' could not look at this job for {lasting.TotalHours:0.#} hours: {why}");
        if (Job.Reason == why)
            return Task.CompletedTask;
        LogCannotLook(_services.Logger, Job.Id, why);
        return _record.ChangeAsync(job => job.Status.IsTerminal() || job.Reason == why ? job : job with { Reason = why });
    }

    private async Task ApplyAsync(Remedy? remedy)
    {
        if (remedy is null)
        {
            _remedyBackOff.Reset();
            return;
        }

        if (!_remedyBackOff.IsOver)
            return;
        _remedyBackOff.Begin();
        LogRemedy(_services.Logger, Job.Id, remedy.What);
        await CallAsync(BackendCall.Apply, () => Manager.ApplyAsync(Job.Attempt, remedy, _stopping));
        _lane.Hint(Job.Id);
    }

    private async Task TakeEndAsync(AttemptEnd observed)
    {
        _services.Faults.Reach(FaultPoints.EndObserved);
        Collected collected = await CollectAsync(observed);
        AttemptEnd end = collected.Verdict ?? observed;
        if (collected.Aside.Length > 0)
            await _record.NoteAsync(Entry(JobTimeline.OtherWord, collected.Aside));
        _services.Faults.Reach(FaultPoints.Collected);
        bool mayTryAgain = end is { Class: EndClass.Infrastructure, StepMayHaveRun: false }
            && Job.Stop is null
            && Job.RestartCount < Manager.Traits.RestartLimit;
        if (mayTryAgain)
            await TryAgainAsync(end);
        else
            await EndAsync(end, collected.Logs, released: false);
    }

    /// <summary>Brings the attempt home. What fails for longer than the bound is the job's reason, or a line in its log.</summary>
    private async Task<Collected> CollectAsync(AttemptEnd observed)
    {
        try
        {
            return await CallAsync(BackendCall.Collect, () => Manager.CollectAsync(Job.Attempt, observed, _stopping));
        }
        catch (Exception exception) when (exception is not JobManagerUnavailableException && !_stopping.IsCancellationRequested)
        {
            if (_cannotCollect.Tick() < Manager.Traits.CollectBound)
                throw;
            string problem = $"What it left could not be brought home for {Manager.Traits.CollectBound.TotalMinutes:0.#} minutes: "
                + exception.Message;
            LogNotCollected(_services.Logger, Job.Id, problem);
            return new Collected($"[scailfin] {problem}\n") { Verdict = observed.IsProvisional ? NotCollected(observed, problem) : null };
        }
    }

    private static AttemptEnd NotCollected(AttemptEnd observed, string problem) => observed with
    {
        Class = observed.Class == EndClass.Succeeded ? EndClass.Infrastructure : observed.Class,
        IsProvisional = false,
        Evidence = observed.Evidence with { FailedPhase = Evidence.StageOutPhase, Text = $"{observed.Evidence.Text} {problem}" },
    };

    private async Task TryAgainAsync(AttemptEnd end)
    {
        TimelineEntry entry = Entry(JobTimeline.Retried, end.Evidence.Text);
        RecordChange change = await _record.ChangeAsync(
            job => job.Stop is not null
                ? job
                : job with { Status = JobStatus.Queued, AttemptNumber = job.AttemptNumber + 1, Handle = null, Reason = end.Evidence.Text },
            entry);
        if (!change.Allowed || Job.Handle is not null)
            return;

        // Not before a restart would know of the new attempt: otherwise the old one would be looked for.
        await change.Durable.WaitAsync(_stopping);
        _lane.MoveTo(this, ActorStage.Pending);
    }

    /// <summary>Writes the terminal row: status, times, evidence and logs in one commit. A failed job says why in our log, too.</summary>
    private async Task EndAsync(AttemptEnd end, string logs, bool released)
    {
        Job ended = JobOutcome.Of(Job, end, released);
        RecordChange change = await _record.ChangeAsync(
            job => JobOutcome.Of(job, end, released),
            Entry(ended.Status.Name(), end.Evidence.Text),
            JobOutcome.Log(ended, logs, _services.Options.LargestLog));
        if (!change.Allowed)
            return;
        _services.Faults.Reach(FaultPoints.TerminalStored);
        _phases.Ended(Job);
        if (Job.Status == JobStatus.Failed)
            LogFailed(_services.Logger, Job.Id, Job.Reason);
        _lane.MoveTo(this, released ? ActorStage.Settled : ActorStage.Ended);
        _stopAnswer.TrySetResult(new StopAnswer.Accepted());
        _ended.TrySetResult();
    }

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Job {JobId} cannot be looked at, its status stays: {Reason}")]
    private static partial void LogCannotLook(ILogger logger, JobId jobId, string reason);

    [LoggerMessage(EventId = 104, Level = LogLevel.Information, Message = "Job {JobId}: the service will {What}")]
    private static partial void LogRemedy(ILogger logger, JobId jobId, string what);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "Job {JobId}: {Problem}")]
    private static partial void LogNotCollected(ILogger logger, JobId jobId, string problem);
}
