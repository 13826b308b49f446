using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// One job on its way to being settled. Everything that talks to the backend about it (submit, stop, observe, collect, release) happens
/// here, one at a time. Stage and order are the lane's; the row is the <see cref="JobRecord"/>'s.
/// </summary>
internal sealed partial class JobActor
{
    private readonly BackendLane _lane;
    private readonly LifecycleServices _services;
    private readonly CancellationToken _stopping;
    private readonly SemaphoreSlim _backendGate = new(1, 1);
    private readonly JobRecord _record;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BackOff _errorBackOff;
    private readonly JobPhases _phases;
    private readonly JobContext _context;
    private volatile bool _missed;
    private volatile string _trouble = "";

    public JobActor(Job job, ActorStage stage, BackendLane lane, LifecycleServices services, CancellationToken stopping)
    {
        _record = new JobRecord(job, services.Journal, services.Book);
        Stage = stage;
        _lane = lane;
        _services = services;
        _stopping = stopping;
        _errorBackOff = new BackOff(services.Time);
        _phases = new JobPhases(services.Metrics, lane.Backend.Name, services.Time);
        _context = new JobContext(_record, lane, services, _phases, stopping);
        Submission = new JobSubmission(_context, this);
        Stop = new JobStop(_context, this, _backendGate);
        Observations = new JobObservations(_context, this);
    }

    /// <summary>The newest snapshot.</summary>
    public Job Job => _record.Job;

    /// <summary>Changed by the lane only, which counts who is in flight.</summary>
    public ActorStage Stage { get; set; }

    /// <summary>The lane's order: given once, by the lane.</summary>
    public long Sequence { get; set; }

    /// <summary>Why the last backend call failed and will be retried; empty if it succeeded.</summary>
    public string Trouble => _trouble;

    /// <summary>Completes when the job is terminal, durably.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The current backend call; never fails.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Whether a pending job may be handed to the backend now.</summary>
    public bool MaySubmit => Job.Stop is null && Submission.MayTry && _errorBackOff.IsOver;

    /// <summary>Whether an uncertain job is to be looked for now.</summary>
    public bool FindIsDue => Job.Stop is null && Submission.MayFind && Observations.MayLook;

    /// <summary>How the job is handed to the backend.</summary>
    public JobSubmission Submission { get; }

    /// <summary>The stop of the job.</summary>
    public JobStop Stop { get; }

    /// <summary>The handling of the job's observations.</summary>
    public JobObservations Observations { get; }

    private IJobManager Manager => _context.Manager;

    /// <summary>
    /// Starts one backend call for the job unless another one is in progress or has just failed; then the loop tries again.
    /// An unreachable backend pauses the whole lane, any other error this job only; the action is tried again later.
    /// </summary>
    public bool TryStart(Func<Task> work)
    {
        if (!_errorBackOff.IsOver)
            return false;
        if (!_backendGate.Wait(0, CancellationToken.None))
        {
            // Remember the hint until the gate opens, and try once more: the gate may have opened before the flag was set.
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
        if (TryStart(async () => await Submission.SubmitAsync()))
            return true;
        _lane.PutBack(this);
        return false;
    }

    /// <summary>Completes when the row says what the newest snapshot says.</summary>
    public Task WrittenAsync() => _record.WrittenAsync();

    /// <summary>Writes the terminal row: status, times, evidence and logs in one commit. Also logs the reason of a failure.</summary>
    public async Task EndAsync(AttemptEnd end, string logs, bool released)
    {
        Job ended = JobOutcome.Of(Job, end, released);
        RecordChange change = await _record.ChangeAsync(
            job => JobOutcome.Of(job, end, released),
            _context.Entry(ended.Status.Name(), end.Evidence.Text),
            JobOutcome.Log(ended, logs, _services.Options.LargestLog));
        if (!change.Allowed)
            return;
        _services.Faults.Reach(FaultPoints.TerminalStored);
        _phases.Ended(Job);
        if (Job.Status == JobStatus.Failed)
            LogFailed(_services.Logger, Job.Id, Job.Reason);
        _lane.MoveTo(this, released ? ActorStage.Settled : ActorStage.Ended);
        Stop.JobEnded();
        _ended.TrySetResult();
    }

    /// <summary>Lets the backend forget a terminal job.</summary>
    public async Task ReleaseAsync()
    {
        // Until the row is durable, the backend's copy is the only proof of the end.
        if (_record.LastWrite.IsFaulted)
        {
            string logs = (await Manager.CollectAsync(Job.Attempt, end: null, _stopping)).Logs;
            await _record.RestoreAsync(JobOutcome.Log(Job, logs, _services.Options.LargestLog), _stopping);
        }

        await _record.LastWrite.WaitAsync(_stopping);

        // The backend did not report this end, so the job may still run there: stop it first.
        if (Job.Evidence?.Source is EvidenceSource.NotKnown or EvidenceSource.Service)
            await _context.CallAsync(BackendCall.Stop, () => Manager.StopAsync(Job.Attempt, _stopping));
        for (int number = 1; number <= Job.AttemptNumber; number++)
        {
            Attempt attempt = Job.Attempt with { Number = number };
            await _context.CallAsync(BackendCall.Release, () => Manager.ReleaseAsync(attempt, _stopping));
        }

        _lane.Reachability.Reached();
        _services.Faults.Reach(FaultPoints.Released);
        await _record.ChangeAsync(job => job with { Released = true });
        _phases.Released();
        _lane.MoveTo(this, ActorStage.Settled);
    }

    private async Task RunAsync(Func<Task> work)
    {
        // Yield, so that the caller does not wait for the backend.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work();
            _errorBackOff.Reset();
            _trouble = "";
        }
        catch (JobManagerUnavailableException exception)
        {
            Observations.PauseNotKnown();
            _lane.Reachability.Lost(exception.Message);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service is stopping; after a restart, the row determines the next action.
        }
        catch (Exception exception)
        {
            Rest(exception);
        }
        finally
        {
            _backendGate.Release();
            GoOn();
        }
    }

    /// <summary>Pauses this job only. If the same error occurs again, one line is logged: its stack trace is in the log already.</summary>
    private void Rest(Exception exception)
    {
        if (_trouble == exception.Message)
            LogWorkFailedAgain(_services.Logger, Job.Id, exception.Message);
        else
            LogWorkFailed(_services.Logger, Job.Id, exception);
        _trouble = exception.Message;
        _errorBackOff.Begin();
    }

    /// <summary>Sends a pending stop before the job is observed again.</summary>
    private void GoOn()
    {
        if (Stop.TryCarryOut() || !_missed)
            return;
        _missed = false;
        _lane.Hint(Job.Id);
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "Job {JobId}: the service's work on it failed and will be tried again")]
    private static partial void LogWorkFailed(ILogger logger, JobId jobId, Exception exception);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "Job {JobId}: the service's work on it failed again: {Reason}")]
    private static partial void LogWorkFailedAgain(ILogger logger, JobId jobId, string reason);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Job {JobId} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, JobId jobId, string reason);
}
