using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>The stop of one job.</summary>
/// <param name="context">The job and the services that work on it.</param>
/// <param name="actor">The job's actor.</param>
/// <param name="backendGate">Held during each backend call for the job.</param>
internal sealed partial class JobStop(JobContext context, JobActor actor, SemaphoreSlim backendGate)
{
    private readonly TaskCompletionSource<StopAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BackOff _backOff = new(context.Services.Time);
    private volatile string _refusal = "";

    /// <summary>Whether the backend has accepted a stop of the current attempt.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>Why the backend refused the stop when it was asked last; empty if it did not.</summary>
    public string Refusal => _refusal;

    /// <summary>The backend's first answer to the stop; also accepted if the job ended before.</summary>
    public Task<StopAnswer> Answered => _answer.Task;

    private bool IsAtBackend => actor.Stage is ActorStage.Submitted or ActorStage.Uncertain;

    private bool IsOwed => context.Job.Stop is not null && !context.Job.Status.IsTerminal();

    /// <summary>Sends a stop that is still pending, unless the backend is unreachable or the retry is not due.</summary>
    public bool TryCarryOut() =>
        IsOwed
        && (!IsAtBackend || (_backOff.IsOver && context.Lane.Reachability.Away is not { MayAsk: false }))
        && actor.TryStart(CarryOutAsync);

    /// <summary>
    /// Makes a stop durable. If the store is unavailable, the stop counts as taken once the backend has accepted it.
    /// </summary>
    /// <param name="cause">The cause of the stop.</param>
    /// <param name="bound">How long to wait for the backend's answer if the stop cannot be stored.</param>
    public async Task<StopResult> RequestAsync(StopCause cause, TimeSpan bound)
    {
        DateTimeOffset now = context.Services.Time.GetUtcNow();
        var entry = new TimelineEntry(now, context.Job.AttemptNumber, JobTimeline.StopRequested);
        Func<Job, Job> ask = job => job.Stop is not null ? job : job with { Stop = new StopRequest(now, cause) };
        RecordChange change;
        bool restsOnBackend = !context.Services.Store.Traits.KeepsRequests
            && cause == StopCause.Requested
            && !context.Job.Status.IsTerminal()
            && actor.Stage != ActorStage.Pending;
        if (restsOnBackend && await StopAtBackendAsync(bound) is StopAnswer.Refused refused)
            return new StopResult.Refused($"{refused.Reason} This job store cannot store a stop request; the job is unchanged.");
        try
        {
            change = await context.Record.ChangeDurablyAsync(ask, entry);
        }
        catch (JobStoreUnavailableException exception)
        {
            if (await StopAtBackendAsync(bound) is StopAnswer.Refused unheard)
                return new StopResult.Refused($"The stop could not be stored: {exception.Message} {unheard.Reason} The job is unchanged.");
            change = await context.Record.ChangeAsync(ask, entry);
        }

        // The job ended before the stop was stored: there is nothing to stop.
        if (!change.Allowed || context.Job.Status.IsTerminal())
            return new StopResult.TerminalAlready();
        context.Services.Faults.Reach(FaultPoints.StopStored);
        context.Lane.Stop(actor);
        TryCarryOut();
        return new StopResult.Taken();
    }

    /// <summary>
    /// Sends the stop, or ends a job whose submission was never begun. No submission is in progress here: it would hold the gate.
    /// </summary>
    private Task CarryOutAsync() => (IsOwed, IsAtBackend) switch
    {
        (false, _) => Task.CompletedTask,
        (_, true) => SendStopAsync(),
        _ => EndUnsubmittedAsync(),
    };

    /// <summary>Ends a job that certainly never reached the backend.</summary>
    public Task EndUnsubmittedAsync() => actor.EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Cancelled,
            StepMayHaveRun = false,
            Evidence = context.ServiceEvidence("It was stopped before it was handed to the backend."),
        },
        logs: "",
        released: true);

    /// <summary>Asks the backend to end the attempt; repeated with backoff until the end is observed.</summary>
    private async Task SendStopAsync()
    {
        _backOff.Begin();
        StopAnswer answer = await AskToStopAsync();
        context.Lane.Reachability.Reached();
        await TakeStopAnswerAsync(answer);
        if (answer is StopAnswer.Refused)
            return;
        context.Services.Faults.Reach(FaultPoints.StopSent);

        // From now on the job's end is observed, even if no submission was ever confirmed.
        context.Lane.MoveTo(actor, ActorStage.Submitted);
        context.Lane.Hint(context.Job.Id);
    }

    /// <summary>Asks the backend to stop the job; an unexpected exception is reported like a refusal.</summary>
    private async Task<StopAnswer> AskToStopAsync()
    {
        try
        {
            return await context.CallAsync(BackendCall.Stop, () => context.Manager.StopAsync(context.Job.Attempt, context.Stopping));
        }
        catch (Exception exception) when (exception is not JobManagerUnavailableException && !context.Stopping.IsCancellationRequested)
        {
            return new StopAnswer.Refused($"The stop failed: {exception.Message}");
        }
    }

    /// <summary>
    /// Records the backend's answer. A refusal is returned to the caller, and kept in the timeline and the explanation.
    /// </summary>
    private async Task TakeStopAnswerAsync(StopAnswer answer)
    {
        string before = _refusal;
        string refusal = (answer as StopAnswer.Refused)?.Reason ?? "";
        IsAccepted |= answer is StopAnswer.Accepted;
        _refusal = refusal;
        _answer.TrySetResult(answer);
        if (refusal.Length == 0 || refusal == before)
            return;
        LogStopRefused(context.Services.Logger, context.Job.Id, refusal);
        await context.Record.NoteAsync(context.Entry(JobTimeline.StopRefused, refusal));
    }

    /// <summary>
    /// Asks the backend to stop an attempt that it may have; the result is refused also if the backend does not answer in time.
    /// </summary>
    private async Task<StopAnswer> StopAtBackendAsync(TimeSpan bound)
    {
        if (actor.Stage is ActorStage.Pending)
            return new StopAnswer.Refused("The backend does not have the job yet.");
        using var deadline = new CancellationTokenSource(bound, context.Services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.Stopping);
        bool entered = false;
        try
        {
            await backendGate.WaitAsync(either.Token);
            entered = true;
            StopAnswer answer =
                await context.CallAsync(BackendCall.Stop, () => context.Manager.StopAsync(context.Job.Attempt, either.Token));
            IsAccepted |= answer is StopAnswer.Accepted;
            return answer;
        }
        catch (OperationCanceledException)
        {
            return new StopAnswer.Refused($"The backend has not answered the stop within {bound.TotalSeconds:0} s.");
        }
        catch (JobManagerUnavailableException exception)
        {
            return new StopAnswer.Refused(exception.Message);
        }
        finally
        {
            if (entered)
                backendGate.Release();
        }
    }

    /// <summary>Ends a job as stopped on the backend's word that it accepted the stop: only at the deadline of a shutdown.</summary>
    public Task EndAsAcceptedAsync() => actor.EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Cancelled,
            StepMayHaveRun = true,
            Evidence = context.ServiceEvidence("The backend accepted the stop; its end was not awaited."),
        },
        logs: "",
        released: false);

    /// <summary>Ends the wait for the backend's answer, because the job has ended.</summary>
    public void JobEnded() => _answer.TrySetResult(new StopAnswer.Accepted());

    [LoggerMessage(
        EventId = 106, Level = LogLevel.Warning, Message = "Job {JobId}: the backend refused the stop, which is sent again: {Reason}")]
    private static partial void LogStopRefused(ILogger logger, JobId jobId, string reason);
}
