using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>How a job is stopped.</summary>
internal sealed partial class JobActor
{
    /// <summary>How long a backend is given to accept a stop while the store is away.</summary>
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(20);

    /// <summary>Ends a job that certainly never reached the backend.</summary>
    public Task StopUnsubmittedAsync() => EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Cancelled,
            StepMayHaveRun = false,
            Evidence = ServiceEvidence("It was stopped before it was handed to the backend."),
        },
        logs: "",
        released: true);

    /// <summary>
    /// Makes a stop durable; where the store is away, the backend's word that it accepted the stop is the other thing that it can rest on.
    /// </summary>
    public async Task<StopResult> RequestStopAsync(StopCause cause)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        var entry = new TimelineEntry(now, _job.AttemptNumber, JobTimeline.StopRequested);
        Func<Job, Job> ask = job => job.Stop is not null ? job : job with { Stop = new StopRequest(now, cause) };
        Change change;
        if (!_services.Store.Traits.KeepsRequests
            && cause == StopCause.Requested
            && !_job.Status.IsTerminal()
            && Stage != ActorStage.Pending
            && !await StopAtBackendAsync())
            return new StopResult.Refused("The backend has not accepted the stop, and this store cannot keep it; the job is unchanged.");
        try
        {
            change = await ChangeDurablyAsync(ask, entry);
        }
        catch (JobStoreUnavailableException exception)
        {
            if (!await StopAtBackendAsync())
                return new StopResult.Refused(
                    $"The stop could neither be stored nor handed to the backend; the job is unchanged. {exception.Message}");
            change = await ChangeAsync(ask, entry);
        }

        // A stop that was asked for before changes nothing now; what has ended meanwhile has ended all the same.
        if (!change.Allowed || _job.Status.IsTerminal())
            return new StopResult.TerminalAlready();
        _services.Faults.Reach(FaultPoints.StopStored);
        _lane.Stop(this);
        return new StopResult.Taken();
    }

    /// <summary>Asks the backend to end the attempt; asked again, with growing pauses, until the end is observed.</summary>
    public async Task SendStopAsync()
    {
        _stopBackOff.Begin();
        await _lane.Calls.MeasureAsync(BackendCall.Stop, () => Manager.StopAsync(_job.Attempt, _stopping), _phases.Origin);
        StopAccepted = true;
        _lane.Reached();
        _services.Faults.Reach(FaultPoints.StopSent);

        // Its end is to be observed from now on, even where no submission was ever confirmed.
        _lane.MoveTo(this, ActorStage.Submitted);
        _lane.Hint(_job.Id);
    }

    /// <summary>Whether the backend accepts a stop now, for an attempt that it can have.</summary>
    private async Task<bool> StopAtBackendAsync()
    {
        if (Stage is ActorStage.Pending)
            return false;
        using var bound = new CancellationTokenSource(StopBound, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, _stopping);
        try
        {
            await _backendGate.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            await _lane.Calls.MeasureAsync(BackendCall.Stop, () => Manager.StopAsync(_job.Attempt, either.Token), _phases.Origin);
            StopAccepted = true;
            return true;
        }
        catch (Exception exception) when (exception is JobManagerUnavailableException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
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
}
