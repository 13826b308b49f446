using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>How one job is handed to the backend, and found there if its answer was lost.</summary>
/// <param name="context">The job and the services that work on it.</param>
/// <param name="actor">The job's actor.</param>
internal sealed class JobSubmission(JobContext context, JobActor actor)
{
    private readonly BackOff _submitBackOff = new(context.Services.Time);
    private readonly BackOff _findBackOff = new(context.Services.Time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    private volatile string _deferral = "";

    /// <summary>Why this job alone was put off when its turn came; empty if it was not.</summary>
    public string Deferral => _deferral;

    /// <summary>Whether the attempt may be handed to the backend: it was not put off a short time ago.</summary>
    public bool MayTry => _submitBackOff.IsOver;

    /// <summary>Whether the attempt is to be looked for: it was not a short time ago.</summary>
    public bool MayFind => _findBackOff.IsOver;

    private Job Job => context.Job;

    private BackendLane Lane => context.Lane;

    /// <summary>Submits the current attempt.</summary>
    public async Task<Submission> SubmitAsync()
    {
        _deferral = "";
        if (Job.Stop is not null)
        {
            Lane.TakeOutcome(actor, null);
            await actor.Stop.EndUnsubmittedAsync();
            return new Submission.Unknown("A stop came first.");
        }

        // Read once, and before the backend hears of the attempt: a job whose texts cannot be read is certainly not there.
        if (ReadTexts(out string problem) is not { } spec)
        {
            Lane.TakeOutcome(actor, null);
            var unreadable = new Submission.Deferred(problem, DeferralScope.Attempt);
            await DeferAsync(unreadable);
            return unreadable;
        }

        Submission submission;
        try
        {
            submission = await context.CallAsync(
                BackendCall.Submit, () => context.Manager.SubmitAsync(Job.Attempt with { Spec = spec }, context.Stopping));
        }
        catch (JobManagerUnavailableException exception)
        {
            Lane.TakeOutcome(actor, null);
            Lane.MoveTo(actor, ActorStage.Pending);
            Lane.Reachability.Lost(exception.Message);
            await OweAsync(exception.Message);
            return new Submission.Unknown(exception.Message);
        }
        catch
        {
            Lane.TakeOutcome(actor, null);
            Lane.MoveTo(actor, ActorStage.Uncertain);
            throw;
        }

        Lane.Reachability.Reached();
        Lane.TakeOutcome(actor, submission);
        context.Services.Faults.Reach(FaultPoints.Submitted);
        await RecordSubmissionAsync(submission);
        return submission;
    }

    /// <summary>Submits a job with a reserved in-flight slot, and returns the result.</summary>
    public async Task<Submission> SubmitFirstAsync()
    {
        var outcome = new TaskCompletionSource<Submission>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool started = actor.TryStart(async () =>
        {
            try
            {
                outcome.TrySetResult(await SubmitAsync());
            }
            catch (Exception exception)
            {
                outcome.TrySetResult(new Submission.Unknown(exception.Message));
                throw;
            }
        });
        return started ? await outcome.Task : new Submission.Unknown("The job is being worked on already.");
    }

    /// <summary>Stores that the job is accepted, and why it is not at the backend yet.</summary>
    public Task OweAsync(string reason)
    {
        // The backend's answer may arrive before this change: a job that has a handle is not set back to queued.
        TimelineEntry? entry = Job.Status == JobStatus.Created ? context.Entry(JobTimeline.Waiting, reason) : null;
        return context.Record.ChangeAsync(
            job => job.Handle is null && (job.Status == JobStatus.Created || (job.Status == JobStatus.Queued && job.Reason != reason))
                ? job with { Status = JobStatus.Queued, Reason = reason }
                : job,
            entry);
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

    private JobSpec? ReadTexts(out string problem)
    {
        problem = "";
        try
        {
            return Job.Spec.WithTexts();
        }
        catch (Exception exception) when (exception is JobStoreException or IOException or InvalidDataException)
        {
            problem = exception.Message;
            return null;
        }
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
                    Lane.MoveTo(actor, ActorStage.Uncertain);
                    await OweAsync(unknown.Why);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The backend's answer could not be stored, so the backend must be asked again whether it has the job.
            if (!Job.Status.IsTerminal())
                Lane.MoveTo(actor, ActorStage.Uncertain);
            throw;
        }
    }

    private async Task ConfirmAsync(BackendHandle handle)
    {
        await context.Record.ChangeAsync(
            job => job with { Status = job.Status == JobStatus.Created ? JobStatus.Queued : job.Status, Handle = handle, Reason = "" },
            context.Entry(JobTimeline.Submitted, $"Backend '{Lane.Backend.Name}' has it as {handle.Id}."));
        context.Services.Faults.Reach(FaultPoints.HandleStored);
        context.Phases.Accepted(Job);
        _submitBackOff.Reset();
        Lane.MoveTo(actor, ActorStage.Submitted);
        Lane.Hint(Job.Id);
    }

    /// <summary>Gives the place in flight back: others need not wait for this one.</summary>
    private Task DeferAsync(Submission.Deferred deferred)
    {
        if (deferred.Scope == DeferralScope.Attempt)
        {
            _deferral = deferred.Reason;
            _submitBackOff.Begin(deferred.After);
        }

        Lane.MoveTo(actor, ActorStage.Pending);
        return OweAsync(deferred.Reason);
    }

    private Task SubmitAgainAsync()
    {
        Lane.MoveTo(actor, ActorStage.Pending);
        return Task.CompletedTask;
    }

    private Task RejectAsync(string reason) => actor.EndAsync(
        new AttemptEnd
        {
            Class = EndClass.Step,
            StepMayHaveRun = false,
            Evidence = context.ServiceEvidence(reason) with { FailedPhase = Evidence.SubmitPhase },
        },
        logs: "",
        released: true);
}
