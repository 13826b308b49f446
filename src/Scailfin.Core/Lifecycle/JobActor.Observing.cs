using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>What follows from what the backend says.</summary>
internal sealed partial class JobActor
{
    /// <summary>Takes an observation; one of another attempt, or older than the last, changes nothing.</summary>
    public Task TakeObservationAsync(Observation observation)
    {
        if (observation.AttemptNumber != _job.AttemptNumber || observation.ObservedAt < _lastObservedAt || _job.Status.IsTerminal())
            return Task.CompletedTask;
        _lastObservedAt = observation.ObservedAt;
        if (observation.Phase != ObservedPhase.NotKnown)
            _notKnown.Reset();

        return observation.Phase switch
        {
            ObservedPhase.Waiting => TakeWaitingAsync(observation),
            ObservedPhase.Running => TakeRunningAsync(observation),
            ObservedPhase.NotKnown => TakeNotKnownAsync(observation),
            ObservedPhase.Ended when observation.End is { } end => TakeEndAsync(end),
            _ => throw new InvalidOperationException(
                $"Backend '{_lane.Backend.Name}' gave an observation that says nothing: {observation}."),
        };
    }

    /// <summary>The backend could not be asked: a time in which it does not answer is no time in which it does not know.</summary>
    public void PauseNotKnown() => _notKnown.Pause();

    /// <summary>Gives up a job whose backend has been unreachable for longer than its bound.</summary>
    public Task GiveUpAsync(TimeSpan away, string reason) => EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Infrastructure,
            StepMayHaveRun = true,
            Evidence = ServiceEvidence($"Backend '{_lane.Backend.Name}' could not be reached for {away.TotalHours:0.#} hours: {reason}"),
        },
        logs: "",
        released: false);

    private Task TakeWaitingAsync(Observation observation)
    {
        TimelineEntry? entry = _job.Status == JobStatus.Running ? Entry(JobTimeline.Requeued, observation.Reason) : null;
        return ChangeAsync(
            job => job.Status == JobStatus.Queued && job.Reason == observation.Reason
                ? job
                : job with { Status = JobStatus.Queued, Reason = observation.Reason },
            entry);
    }

    private async Task TakeRunningAsync(Observation observation)
    {
        bool first = _job.Status != JobStatus.Running;
        await ChangeAsync(
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
        _phases.Running(_job);
        _services.Faults.Reach(FaultPoints.RunningStored);
    }

    private Task TakeNotKnownAsync(Observation observation)
    {
        TimeSpan silence = _notKnown.Tick(observation.ObservedAt);
        TimeSpan bound = Manager.Traits.NotKnownBound;
        if (silence < bound)
            return Task.CompletedTask;
        string text = $"Backend '{_lane.Backend.Name}' has answered for {bound.TotalSeconds:0} s that it does not know this job.";
        return EndAsync(
            new AttemptEnd
            {
                Class = _job.Stop is null ? EndClass.Infrastructure : EndClass.Cancelled,
                StepMayHaveRun = true,
                Evidence = new Evidence { Source = EvidenceSource.NotKnown, Text = text, ObservedAt = observation.ObservedAt },
            },
            logs: "",
            released: false);
    }

    private async Task TakeEndAsync(AttemptEnd end)
    {
        _services.Faults.Reach(FaultPoints.EndObserved);
        bool mayTryAgain = end is { Class: EndClass.Infrastructure, StepMayHaveRun: false }
            && _job.Stop is null
            && _job.RestartCount < Manager.Traits.RestartLimit;
        if (mayTryAgain)
        {
            await TryAgainAsync(end);
            return;
        }

        Collected collected = await _lane.Calls.MeasureAsync(
            BackendCall.Collect, () => Manager.CollectAsync(_job.Attempt, _stopping), _phases.Origin);
        _services.Faults.Reach(FaultPoints.Collected);
        await EndAsync(end, collected.Logs, released: false);
    }

    private async Task TryAgainAsync(AttemptEnd end)
    {
        TimelineEntry entry = Entry(JobTimeline.Retried, end.Evidence.Text);
        Change change = await ChangeAsync(
            job => job.Stop is not null
                ? job
                : job with { Status = JobStatus.Queued, AttemptNumber = job.AttemptNumber + 1, Handle = null, Reason = end.Evidence.Text },
            entry);
        if (!change.Allowed || _job.Handle is not null)
            return;

        // Not before a restart would know of the new attempt: otherwise the old one would be looked for.
        await change.Durable.WaitAsync(_stopping);
        _lane.MoveTo(this, ActorStage.Pending);
    }

    /// <summary>
    /// Writes the terminal row: status, times, evidence and logs in one commit. A failed job says why as the last line of its log and in
    /// ours (design, section 4.5).
    /// </summary>
    private async Task EndAsync(AttemptEnd end, string logs, bool released)
    {
        JobStatus status = StatusOf(end);
        string reason = status == JobStatus.Finished ? "" : ReasonOf(end);
        logs = BoundedLog.Of(logs, _services.Options.LargestLog);
        string told = status == JobStatus.Failed ? WithLastLine(logs, reason) : logs;
        Change ended = await ChangeAsync(
            job => job with
            {
                Status = status,
                Reason = reason,
                Evidence = end.Evidence,
                StartedAt = job.StartedAt ?? end.StartedAt,
                FinishedAt = end.EndedAt ?? end.Evidence.ObservedAt,
                Released = released,
            },
            Entry(status.Name(), end.Evidence.Text),
            told);
        if (!ended.Allowed)
            return;
        _services.Faults.Reach(FaultPoints.TerminalStored);
        _phases.Ended(_job);
        if (status == JobStatus.Failed)
            LogFailed(_services.Logger, _job.Id, reason);
        _lane.MoveTo(this, released ? ActorStage.Settled : ActorStage.Ended);
        _ended.TrySetResult();
    }

    private JobStatus StatusOf(AttemptEnd end) => (end.Class, _job.Stop?.Cause) switch
    {
        (EndClass.Succeeded, _) => JobStatus.Finished,
        (EndClass.Cancelled, StopCause.Requested) => JobStatus.Stopped,
        _ => JobStatus.Failed,
    };

    private string ReasonOf(AttemptEnd end) => (end.Class, _job.Stop?.Cause) switch
    {
        (EndClass.Cancelled, StopCause.Unanswered) =>
            "The service was restarted before this submission was answered, or before the answer could be kept; "
                + "the job was not run to its end.",
        _ => end.Evidence.Text,
    };

    private static string WithLastLine(string logs, string line) =>
        logs.Length == 0 || logs.EndsWith('\n') ? $"{logs}{line}\n" : $"{logs}\n{line}\n";
}
