using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <content>How a job is stopped.</content>
internal sealed partial class JobActor
{
    private readonly TaskCompletionSource<StopAnswer> _stopAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _stopRefusal = "";

    /// <summary>Whether the backend has accepted a stop of the current attempt.</summary>
    public bool StopAccepted { get; private set; }

    /// <summary>Why the backend refused the stop when it was asked last; empty where it did not.</summary>
    public string StopRefusal => _stopRefusal;

    /// <summary>The backend's first word about the stop; accepted as well where the job ended before.</summary>
    public Task<StopAnswer> StopAnswered => _stopAnswer.Task;

    private bool IsAtBackend => Stage is ActorStage.Submitted or ActorStage.Uncertain;

    private bool StopIsOwed => Job.Stop is not null && !Job.Status.IsTerminal();

    /// <summary>Carries out a stop that is owed, unless the backend is to be left alone.</summary>
    public bool TryStop() =>
        StopIsOwed
        && (!IsAtBackend || (_stopBackOff.IsOver && _lane.Reachability.Away is not { MayAsk: false }))
        && TryStart(StopOnceAsync);

    /// <summary>
    /// Makes a stop durable; where the store is away, the backend's word that it accepted the stop is the other thing that it can rest on.
    /// </summary>
    /// <param name="cause">Why it is stopped.</param>
    /// <param name="bound">How long the backend is waited for where nothing else can vouch for the stop.</param>
    public async Task<StopResult> RequestStopAsync(StopCause cause, TimeSpan bound)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        var entry = new TimelineEntry(now, Job.AttemptNumber, JobTimeline.StopRequested);
        Func<Job, Job> ask = job => job.Stop is not null ? job : job with { Stop = new StopRequest(now, cause) };
        RecordChange change;
        bool restsOnBackend = !_services.Store.Traits.KeepsRequests
            && cause == StopCause.Requested
            && !Job.Status.IsTerminal()
            && Stage != ActorStage.Pending;
        if (restsOnBackend && await StopAtBackendAsync(bound) is StopAnswer.Refused refused)
            return new StopResult.Refused($"{refused.Reason} This store cannot keep the stop; the job is unchanged.");
        try
        {
            change = await _record.ChangeDurablyAsync(ask, entry);
        }
        catch (JobStoreUnavailableException exception)
        {
            if (await StopAtBackendAsync(bound) is StopAnswer.Refused unheard)
                return new StopResult.Refused($"The stop could not be stored: {exception.Message} {unheard.Reason} The job is unchanged.");
            change = await _record.ChangeAsync(ask, entry);
        }

        // A stop that was asked for before changes nothing now; what has ended meanwhile has ended all the same.
        if (!change.Allowed || Job.Status.IsTerminal())
            return new StopResult.TerminalAlready();
        _services.Faults.Reach(FaultPoints.StopStored);
        _lane.Stop(this);
        TryStop();
        return new StopResult.Taken();
    }

    /// <summary>Where no submission was begun, none is under way either: it would hold the gate.</summary>
    private Task StopOnceAsync() => (StopIsOwed, IsAtBackend) switch
    {
        (false, _) => Task.CompletedTask,
        (_, true) => SendStopAsync(),
        _ => StopUnsubmittedAsync(),
    };

    /// <summary>Ends a job that certainly never reached the backend.</summary>
    private Task StopUnsubmittedAsync() => EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Cancelled,
            StepMayHaveRun = false,
            Evidence = ServiceEvidence("It was stopped before it was handed to the backend."),
        },
        logs: "",
        released: true);

    /// <summary>Asks the backend to end the attempt; asked again, with growing pauses, until the end is observed.</summary>
    private async Task SendStopAsync()
    {
        _stopBackOff.Begin();
        StopAnswer answer = await AskToStopAsync();
        _lane.Reachability.Reached();
        await TakeStopAnswerAsync(answer);
        if (answer is StopAnswer.Refused)
            return;
        _services.Faults.Reach(FaultPoints.StopSent);

        // Its end is to be observed from now on, even where no submission was ever confirmed.
        _lane.MoveTo(this, ActorStage.Submitted);
        _lane.Hint(Job.Id);
    }

    /// <summary>A stop that fails in a way that the manager did not expect is no word of the backend, and is told like a refusal.</summary>
    private async Task<StopAnswer> AskToStopAsync()
    {
        try
        {
            return await CallAsync(BackendCall.Stop, () => Manager.StopAsync(Job.Attempt, _stopping));
        }
        catch (Exception exception) when (exception is not JobManagerUnavailableException && !_stopping.IsCancellationRequested)
        {
            return new StopAnswer.Refused($"The stop failed: {exception.Message}");
        }
    }

    /// <summary>
    /// A refusal is never taken for an acceptance: it is said to the caller, and stays in the timeline and the explanation.
    /// </summary>
    private async Task TakeStopAnswerAsync(StopAnswer answer)
    {
        string before = _stopRefusal;
        string refusal = (answer as StopAnswer.Refused)?.Reason ?? "";
        StopAccepted |= answer is StopAnswer.Accepted;
        _stopRefusal = refusal;
        _stopAnswer.TrySetResult(answer);
        if (refusal.Length == 0 || refusal == before)
            return;
        LogStopRefused(_services.Logger, Job.Id, refusal);
        await _record.NoteAsync(Entry(JobTimeline.StopRefused, refusal));
    }

    /// <summary>
    /// Asks the backend for a stop now, of an attempt that it can have; refused as well where it does not answer in time.
    /// </summary>
    private async Task<StopAnswer> StopAtBackendAsync(TimeSpan bound)
    {
        if (Stage is ActorStage.Pending)
            return new StopAnswer.Refused("The backend does not have the job yet.");
        using var deadline = new CancellationTokenSource(bound, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping);
        bool entered = false;
        try
        {
            await _backendGate.WaitAsync(either.Token);
            entered = true;
            StopAnswer answer = await CallAsync(BackendCall.Stop, () => Manager.StopAsync(Job.Attempt, either.Token));
            StopAccepted |= answer is StopAnswer.Accepted;
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
                _backendGate.Release();
        }
    }

    /// <summary>Ends a job as stopped on the backend's word that it accepted the stop: only at the deadline of a shutdown.</summary>
    public Task EndAsStopAcceptedAsync() => EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Cancelled,
            StepMayHaveRun = true,
            Evidence = ServiceEvidence("The backend accepted the stop; its end was not awaited."),
        },
        logs: "",
        released: false);

    [LoggerMessage(
        EventId = 106, Level = LogLevel.Warning, Message = "Job {JobId}: the backend refused the stop, which is sent again: {Reason}")]
    private static partial void LogStopRefused(ILogger logger, JobId jobId, string reason);
}
