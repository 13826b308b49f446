using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>Changes one job according to the backend's observations.</summary>
/// <param name="context">The job and the services that work on it.</param>
/// <param name="actor">The job's actor.</param>
internal sealed partial class JobObservations(JobContext context, JobActor actor)
{
    private readonly NotKnownClock _notKnown = new();
    private readonly Lasting _cannotLook = new(context.Services.Time);
    private readonly Lasting _cannotCollect = new(context.Services.Time);
    private readonly BackOff _lookBackOff = new(context.Services.Time);
    private readonly BackOff _remedyBackOff = new(context.Services.Time);
    private long _lastObservation;

    /// <summary>Whether the job may be observed: no observation failed recently.</summary>
    public bool MayLook => _lookBackOff.IsOver;

    /// <summary>Takes an observation; one of another attempt, or older than the last, changes nothing.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="sequence">The number of the call that returned it.</param>
    public async Task TakeAsync(Observation observation, long sequence)
    {
        if (observation.AttemptNumber != context.Job.AttemptNumber || sequence < _lastObservation || context.Job.Status.IsTerminal())
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
                $"Backend '{context.Lane.Backend.Name}' gave an observation that says nothing: {observation}."),
        });
        await ApplyAsync(observation.Remedy);
    }

    /// <summary>Records that observing this job failed with an unexpected exception: the job is observed again after a backoff.</summary>
    public void Rest() => _lookBackOff.Begin();

    /// <summary>Pauses the not-known clock while the backend cannot be asked.</summary>
    public void PauseNotKnown() => _notKnown.Pause();

    /// <summary>Gives up a job whose backend has been unreachable for longer than its bound.</summary>
    public Task GiveUpAsync(TimeSpan away, string reason) =>
        GiveUpAsync($"Backend '{context.Lane.Backend.Name}' could not be reached for {away.TotalHours:0.#} hours: {reason}");

    private Task GiveUpAsync(string text) => actor.EndAsync(
        new AttemptEnd { Class = EndClass.Infrastructure, StepMayHaveRun = true, Evidence = context.ServiceEvidence(text) },
        logs: "",
        released: false);

    private Task TakeWaitingAsync(Observation observation)
    {
        TimelineEntry? entry = context.Job.Status == JobStatus.Running ? context.Entry(JobTimeline.Requeued, observation.Reason) : null;
        return context.Record.ChangeAsync(
            job => job.Status == JobStatus.Queued && job.Reason == observation.Reason
                ? job
                : job with { Status = JobStatus.Queued, Reason = observation.Reason },
            entry);
    }

    private async Task TakeRunningAsync(Observation observation)
    {
        bool first = context.Job.Status != JobStatus.Running;
        await context.Record.ChangeAsync(
            job => job.Status == JobStatus.Running && job.Reason == observation.Reason
                ? job
                : job with
                {
                    Status = JobStatus.Running,
                    Reason = observation.Reason,
                    StartedAt = job.StartedAt ?? observation.Since ?? observation.ObservedAt,
                },
            first ? context.Entry(JobTimeline.Running, observation.Reason) : null);
        if (!first)
            return;
        context.Phases.Running(context.Job);
        context.Services.Faults.Reach(FaultPoints.RunningStored);
    }

    private Task TakeNotKnownAsync(Observation observation)
    {
        TimeSpan silence = _notKnown.Tick(context.Services.Time.Monotonic());
        TimeSpan bound = context.Manager.Traits.NotKnownBound;
        if (silence < bound)
            return Task.CompletedTask;
        string text = $"Backend '{context.Lane.Backend.Name}' has answered for {bound.TotalSeconds:0} s that it does not know this job.";
        return actor.EndAsync(
            new AttemptEnd
            {
                Class = context.Job.Stop is null ? EndClass.Infrastructure : EndClass.Cancelled,
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
        if (lasting >= context.Manager.Traits.UnreachableBound)
            return GiveUpAsync(
                $"Backend '{context.Lane.Backend.Name}' could not look at this job for {lasting.TotalHours:0.#} hours: {why}");
        if (context.Job.Reason == why)
            return Task.CompletedTask;
        LogCannotLook(context.Services.Logger, context.Job.Id, why);
        return context.Record.ChangeAsync(job => job.Status.IsTerminal() || job.Reason == why ? job : job with { Reason = why });
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
        LogRemedy(context.Services.Logger, context.Job.Id, remedy.What);
        await context.CallAsync(BackendCall.Apply, () => context.Manager.ApplyAsync(context.Job.Attempt, remedy, context.Stopping));
        context.Lane.Hint(context.Job.Id);
    }

    private async Task TakeEndAsync(AttemptEnd observed)
    {
        context.Services.Faults.Reach(FaultPoints.EndObserved);
        Collected collected = await CollectAsync(observed);
        AttemptEnd end = collected.Verdict ?? observed;
        if (collected.Aside.Length > 0)
            await context.Record.NoteAsync(context.Entry(JobTimeline.OtherWord, collected.Aside));
        context.Services.Faults.Reach(FaultPoints.Collected);
        bool mayTryAgain = end is { Class: EndClass.Infrastructure, StepMayHaveRun: false }
            && context.Job.Stop is null
            && context.Job.RestartCount < context.Manager.Traits.RestartLimit;
        if (mayTryAgain)
            await TryAgainAsync(end);
        else
            await actor.EndAsync(end, collected.Logs, released: false);
    }

    /// <summary>Collects the attempt. An error that lasts longer than the bound becomes the job's reason, or a line in its log.</summary>
    private async Task<Collected> CollectAsync(AttemptEnd observed)
    {
        try
        {
            return await context.CallAsync(
                BackendCall.Collect, () => context.Manager.CollectAsync(context.Job.Attempt, observed, context.Stopping));
        }
        catch (Exception exception) when (exception is not JobManagerUnavailableException && !context.Stopping.IsCancellationRequested)
        {
            if (_cannotCollect.Tick() < context.Manager.Traits.CollectBound)
                throw;
            string problem =
                $"Its outputs and logs could not be collected for {context.Manager.Traits.CollectBound.TotalMinutes:0.#} minutes: "
                + exception.Message;
            LogNotCollected(context.Services.Logger, context.Job.Id, problem);
            return new Collected(JobOutcome.WithLastLine(await TryReadLogAsync(), $"[scailfin] {problem}"))
            {
                Verdict = observed.IsProvisional ? NotCollected(observed, problem) : null,
            };
        }
    }

    /// <summary>Reads the log of an attempt whose outputs cannot be collected, as far as there is one.</summary>
    private async Task<string> TryReadLogAsync()
    {
        try
        {
            return (await context.CallAsync(
                BackendCall.Collect, () => context.Manager.CollectAsync(context.Job.Attempt, end: null, context.Stopping))).Logs;
        }
        catch (Exception exception) when (!context.Stopping.IsCancellationRequested)
        {
            return $"[scailfin] The log cannot be read: {exception.Message}\n";
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
        TimelineEntry entry = context.Entry(JobTimeline.Retried, end.Evidence.Text);
        RecordChange change = await context.Record.ChangeAsync(
            job => job.Stop is not null
                ? job
                : job with { Status = JobStatus.Queued, AttemptNumber = job.AttemptNumber + 1, Handle = null, Reason = end.Evidence.Text },
            entry);
        if (!change.Allowed || context.Job.Handle is not null)
            return;

        // Submit only once the new attempt's row is durable: after a crash, recovery would look for the old attempt.
        await change.Durable.WaitAsync(context.Stopping);
        context.Lane.MoveTo(actor, ActorStage.Pending);
    }

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Job {JobId} cannot be looked at, its status stays: {Reason}")]
    private static partial void LogCannotLook(ILogger logger, JobId jobId, string reason);

    [LoggerMessage(EventId = 104, Level = LogLevel.Information, Message = "Job {JobId}: the service will {What}")]
    private static partial void LogRemedy(ILogger logger, JobId jobId, string what);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "Job {JobId}: {Problem}")]
    private static partial void LogNotCollected(ILogger logger, JobId jobId, string problem);
}
