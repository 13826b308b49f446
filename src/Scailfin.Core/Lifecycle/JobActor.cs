using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// One job on its way to being settled. Everything that talks to the backend about it (submit, stop, observe, collect, release) happens
/// here, one at a time; rows are written under a lock of their own, so that a stop is durable at once, whatever the backend is doing.
/// </summary>
internal sealed partial class JobActor
{
    private readonly BackendLane _lane;
    private readonly LifecycleServices _services;
    private readonly CancellationToken _stopping;
    private readonly SemaphoreSlim _backendGate = new(1, 1);
    private readonly SemaphoreSlim _pen = new(1, 1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NotKnownClock _notKnown = new();
    private readonly BackOff _stopBackOff;
    private readonly BackOff _errorBackOff;
    private readonly JobPhases _phases;
    private DateTimeOffset _lastObservedAt = DateTimeOffset.MinValue;
    private volatile Job _job;
    private volatile bool _missed;
    private Task _lastWrite = Task.CompletedTask;

    public JobActor(Job job, ActorStage stage, BackendLane lane, LifecycleServices services, CancellationToken stopping)
    {
        _job = job;
        Stage = stage;
        _lane = lane;
        _services = services;
        _stopping = stopping;
        _stopBackOff = new BackOff(services.Time);
        _errorBackOff = new BackOff(services.Time);
        _phases = new JobPhases(services.Metrics, lane.Backend.Name, services.Time);
    }

    /// <summary>The newest picture.</summary>
    public Job Job => _job;

    /// <summary>Changed by the lane only, which counts who is in flight.</summary>
    public ActorStage Stage { get; set; }

    /// <summary>The lane's order: given once, by the lane.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether the backend has accepted a stop of the current attempt.</summary>
    public bool StopAccepted { get; private set; }

    /// <summary>Completes when the job is terminal, durably.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What is under way with the backend; never fails.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Whether a stop has to be sent (again) now.</summary>
    public bool StopIsDue =>
        _job.Stop is not null && Stage is ActorStage.Submitted or ActorStage.Uncertain && _stopBackOff.IsOver;

    private IJobManager Manager => _lane.Backend.Manager;

    /// <summary>
    /// Starts one piece of work with the backend unless another one is under way or failed a moment ago; then the loop comes back to it.
    /// A backend that cannot be reached puts the lane to rest, any other error this job; what was owed is still owed.
    /// </summary>
    public bool TryStart(Func<Task> work)
    {
        if (!_errorBackOff.IsOver)
            return false;
        if (!_backendGate.Wait(0, CancellationToken.None))
        {
            // Looked at again as soon as it is free: what was seen now may have been the only hint. It may have become free in between.
            _missed = true;
            if (!_backendGate.Wait(0, CancellationToken.None))
                return false;
            _missed = false;
        }

        Work = RunAsync(work);
        return true;
    }

    /// <summary>Submits a pending job if there is room in flight.</summary>
    public bool TrySubmit()
    {
        if (!_lane.TryTake(this))
            return false;
        if (TryStart(async () => await SubmitAsync()))
            return true;
        _lane.PutBack(this);
        return false;
    }

    /// <summary>Submits a job whose place in flight was reserved, and tells what came of it.</summary>
    public async Task<Submission> SubmitFirstAsync()
    {
        var outcome = new TaskCompletionSource<Submission>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool started = TryStart(async () =>
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

    /// <summary>Submits the current attempt.</summary>
    public async Task<Submission> SubmitAsync()
    {
        if (_job.Stop is not null)
        {
            await StopUnsubmittedAsync();
            return new Submission.Unknown("A stop came first.");
        }

        Submission submission;
        try
        {
            submission = await _lane.Calls.MeasureAsync(
                BackendCall.Submit, () => Manager.SubmitAsync(_job.Attempt, _stopping), _phases.Origin);
        }
        catch (JobManagerUnavailableException exception)
        {
            _lane.MoveTo(this, ActorStage.Pending);
            _lane.Away(exception.Message);
            await OweAsync(exception.Message);
            return new Submission.Unknown(exception.Message);
        }
        catch
        {
            _lane.MoveTo(this, ActorStage.Uncertain);
            throw;
        }

        _lane.Reached();
        _services.Faults.Reach(FaultPoints.Submitted);
        await RecordSubmissionAsync(submission);
        return submission;
    }

    /// <summary>Takes what the backend said about an attempt whose submission was not confirmed.</summary>
    public Task TakeFindingAsync(Finding finding) => finding switch
    {
        Finding.Found found => ConfirmAsync(found.Handle),
        Finding.CertainlyNot => SubmitAgainAsync(),
        Finding.CannotTell cannotTell => OweAsync(cannotTell.Why),
        _ => throw new InvalidOperationException($"Unknown finding {finding}."),
    };

    /// <summary>Writes that we owe this job, and why it is not at the backend yet.</summary>
    public Task OweAsync(string reason)
    {
        // Whoever asks may be overtaken by the backend's answer: a job that it has confirmed is not taken back.
        TimelineEntry? entry = _job.Status == JobStatus.Created ? Entry(JobTimeline.Waiting, reason) : null;
        return ChangeAsync(
            job => job.Handle is null && (job.Status == JobStatus.Created || (job.Status == JobStatus.Queued && job.Reason != reason))
                ? job with { Status = JobStatus.Queued, Reason = reason }
                : job,
            entry);
    }

    /// <summary>Lets the backend forget a terminal job.</summary>
    public async Task ReleaseAsync()
    {
        // What the backend holds is the only proof until the row is durable.
        if (_lastWrite.IsFaulted)
            await RestoreRowAsync();
        await _lastWrite.WaitAsync(_stopping);

        // Where the end rests on silence or on ourselves, the backend may still have something alive: the stop comes first.
        if (_job.Evidence?.Source is EvidenceSource.NotKnown or EvidenceSource.Service)
            await _lane.Calls.MeasureAsync(BackendCall.Stop, () => Manager.StopAsync(_job.Attempt, _stopping), _phases.Origin);
        for (int number = 1; number <= _job.AttemptNumber; number++)
        {
            Attempt attempt = _job.Attempt with { Number = number };
            await _lane.Calls.MeasureAsync(BackendCall.Release, () => Manager.ReleaseAsync(attempt, _stopping), _phases.Origin);
        }

        _lane.Reached();
        _services.Faults.Reach(FaultPoints.Released);
        await ChangeAsync(job => job with { Released = true });
        _phases.Released();
        _lane.MoveTo(this, ActorStage.Settled);
    }

    private async Task RunAsync(Func<Task> work)
    {
        // The caller goes on at once: what the backend takes to answer is no concern of its.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work();
            _errorBackOff.Reset();
        }
        catch (JobManagerUnavailableException exception)
        {
            _notKnown.Pause();
            _lane.Away(exception.Message);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process ends; the row says what is owed.
        }
        catch (Exception exception)
        {
            LogWorkFailed(_services.Logger, _job.Id, exception);
            _errorBackOff.Begin();
        }
        finally
        {
            _backendGate.Release();
            if (_missed)
            {
                _missed = false;
                _lane.Hint(_job.Id);
            }
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
                case Submission.Unknown unknown:
                    _lane.MoveTo(this, ActorStage.Uncertain);
                    await OweAsync(unknown.Why);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever kept the answer from being stored: it has to be asked for again.
            if (!_job.Status.IsTerminal())
                _lane.MoveTo(this, ActorStage.Uncertain);
            throw;
        }
    }

    private async Task ConfirmAsync(BackendHandle handle)
    {
        await ChangeAsync(
            job => job with { Status = job.Status == JobStatus.Created ? JobStatus.Queued : job.Status, Handle = handle, Reason = "" },
            Entry(JobTimeline.Submitted, $"Backend '{_lane.Backend.Name}' has it as {handle.Id}."));
        _services.Faults.Reach(FaultPoints.HandleStored);
        _phases.Accepted(_job);
        _lane.MoveTo(this, ActorStage.Submitted);
        _lane.Hint(_job.Id);
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
            Evidence = ServiceEvidence(reason) with { FailedPhase = Evidence.SubmitPhase },
        },
        logs: "",
        released: true);

    private Evidence ServiceEvidence(string text) =>
        new() { Source = EvidenceSource.Service, Text = text, ObservedAt = _services.Time.GetUtcNow() };

    private TimelineEntry Entry(string name, string detail = "") => new(_services.Time.GetUtcNow(), _job.AttemptNumber, name, detail);

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "Job {JobId}: a step of its life failed and will be tried again")]
    private static partial void LogWorkFailed(ILogger logger, JobId jobId, Exception exception);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Job {JobId} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, JobId jobId, string reason);
}
