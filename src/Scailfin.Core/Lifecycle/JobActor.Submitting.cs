using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <content>How an attempt is handed to the backend.</content>
internal sealed partial class JobActor
{
    /// <summary>Submits the current attempt.</summary>
    public async Task<Submission> SubmitAsync()
    {
        if (Job.Stop is not null)
        {
            _lane.TakeOutcome(this, null);
            await Stop.EndUnsubmittedAsync();
            return new Submission.Unknown("A stop came first.");
        }

        Submission submission;
        try
        {
            submission = await _context.CallAsync(BackendCall.Submit, () => Manager.SubmitAsync(Job.Attempt, _stopping));
        }
        catch (JobManagerUnavailableException exception)
        {
            _lane.TakeOutcome(this, null);
            _lane.MoveTo(this, ActorStage.Pending);
            _lane.Reachability.Lost(exception.Message);
            await OweAsync(exception.Message);
            return new Submission.Unknown(exception.Message);
        }
        catch
        {
            _lane.TakeOutcome(this, null);
            _lane.MoveTo(this, ActorStage.Uncertain);
            throw;
        }

        _lane.Reachability.Reached();
        _lane.TakeOutcome(this, submission);
        _services.Faults.Reach(FaultPoints.Submitted);
        await RecordSubmissionAsync(submission);
        return submission;
    }

    /// <summary>Takes what the backend said about an attempt whose submission was not confirmed.</summary>
    public Task TakeFindingAsync(Finding finding)
    {
        _findBackOff.Begin();
        return finding switch
        {
            Finding.Found found => ConfirmAsync(found.Handle),
            Finding.CertainlyNot => SubmitAgainAsync(),
            Finding.CannotTell cannotTell => OweAsync(cannotTell.Why),
            _ => throw new InvalidOperationException($"Unknown finding {finding}."),
        };
    }

    private async Task RecordSubmissionAsync(Submission submission)
    {
        try
        {
            switch (submission)
            {
                case Submission.Accepted accepted:
                    await ConfirmAsync(accepted.Handle);
                    break;
                case Submission.Rejected rejected:
                    await RejectAsync(rejected.Reason);
                    break;
                case Submission.Deferred deferred:
                    await DeferAsync(deferred);
                    break;
                case Submission.Unknown unknown:
                    _findBackOff.Reset();
                    _lane.MoveTo(this, ActorStage.Uncertain);
                    await OweAsync(unknown.Why);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The backend's answer could not be stored, so the backend must be asked again whether it has the job.
            if (!Job.Status.IsTerminal())
                _lane.MoveTo(this, ActorStage.Uncertain);
            throw;
        }
    }

    private async Task ConfirmAsync(BackendHandle handle)
    {
        await _record.ChangeAsync(
            job => job with { Status = job.Status == JobStatus.Created ? JobStatus.Queued : job.Status, Handle = handle, Reason = "" },
            _context.Entry(JobTimeline.Submitted, $"Backend '{_lane.Backend.Name}' has it as {handle.Id}."));
        _services.Faults.Reach(FaultPoints.HandleStored);
        _phases.Accepted(Job);
        _submitBackOff.Reset();
        _lane.MoveTo(this, ActorStage.Submitted);
        _lane.Hint(Job.Id);
    }

    /// <summary>Gives the place in flight back: others need not wait for this one.</summary>
    private Task DeferAsync(Submission.Deferred deferred)
    {
        if (deferred.Scope == DeferralScope.Attempt)
            _submitBackOff.Begin(deferred.After);
        _lane.MoveTo(this, ActorStage.Pending);
        return OweAsync(deferred.Reason);
    }

    private Task SubmitAgainAsync()
    {
        _lane.MoveTo(this, ActorStage.Pending);
        return Task.CompletedTask;
    }

    private Task RejectAsync(string reason) => EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Step,
            StepMayHaveRun = false,
            Evidence = _context.ServiceEvidence(reason) with { FailedPhase = Evidence.SubmitPhase },
        },
        logs: "",
        released: true);
}
