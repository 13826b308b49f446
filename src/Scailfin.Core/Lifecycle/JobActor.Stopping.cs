using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>How a job is stopped.</summary>
internal sealed partial class JobActor
{
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

    /// <summary>Makes a stop durable; false when the job is terminal already.</summary>
    public async Task<bool> RequestStopAsync(StopCause cause)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        bool stored = await ChangeAsync(
            job => job.Stop is not null ? job : job with { Stop = new StopRequest(now, cause) },
            new TimelineEntry(now, _job.AttemptNumber, JobTimeline.StopRequested));
        if (stored)
        {
            _services.Faults.Reach(FaultPoints.StopStored);
            _lane.Nudge();
        }

        return stored;
    }

    /// <summary>Asks the backend to end the attempt; asked again, with growing pauses, until the end is observed.</summary>
    public async Task SendStopAsync()
    {
        _stopBackOff.Begin();
        await Manager.StopAsync(_job.Attempt, _stopping);
        StopAccepted = true;
        _services.Faults.Reach(FaultPoints.StopSent);

        // Its end is to be observed from now on, even where no submission was ever confirmed.
        _lane.MoveTo(this, ActorStage.Submitted);
        _lane.Hint(_job.Id);
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
