using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>The operations on jobs for clients: submit, read, stop. Reads never wait for a backend.</summary>
public sealed partial class JobService
{
    private readonly JobSupervisor _supervisor;
    private readonly JobManagerRegistry _registry;
    private readonly JobServiceOptions _options;
    private readonly LifecycleServices _services;
    private readonly SubmissionGate _gate = new();
    private readonly Submissions _submissions;

    /// <summary>Speaks for the supervisor's jobs.</summary>
    public JobService(JobSupervisor supervisor, JobManagerRegistry registry, JobServiceOptions options, LifecycleServices services)
    {
        _supervisor = supervisor;
        _services = services;
        _registry = registry;
        _options = options;
        _submissions = new Submissions(supervisor, services, options.FirstOutcomeBound, _gate.Closing);
    }

    /// <summary>Whether this instance drives the jobs; otherwise it only reads.</summary>
    public bool IsActive => _supervisor.IsActive;

    /// <summary>Whether another instance may be driving the jobs.</summary>
    public bool IsStandby => _supervisor.IsStandby;

    private JobBook Book => _services.Book;

    private IJobStore Store => _services.Store;

    private JobJournal Journal => _services.Journal;

    private TimeProvider Time => _services.Time;

    /// <summary>
    /// Stores the job, submits it to its backend, and waits a bounded time for the first answer (design, sections 4.2 and 4.3).
    /// If the caller disconnects, the submission continues. With a key, a repeated request returns the same job.
    /// </summary>
    /// <param name="spec">The step.</param>
    /// <param name="owner">The user.</param>
    /// <param name="key">The request's key, if it has one.</param>
    /// <param name="bounds">What bounds the submission; null for nothing.</param>
    /// <exception cref="JobStoreException">Nothing was stored.</exception>
    public async Task<SubmitResult> SubmitAsync(
        JobSpec spec, string owner, IdempotencyKey? key = null, SubmissionBounds? bounds = null)
    {
        if (!_registry.TryFind(spec.Backend, out Backend? backend))
            return RefuseBackend(spec);
        using Activity? span = JobTraces.Start("job submit", backend.Name);
        if (backend.Manager.Validate(spec) is { Count: > 0 } problems)
            return new SubmitResult.Invalid(problems);
        if (!_gate.TryEnter())
            return new SubmitResult.ShuttingDown();
        try
        {
            if (!_supervisor.IsOurs(spec.WorkflowUuid))
                return new SubmitResult.Invalid([new SpecProblem(
                    "workflow_uuid", $"workflow_uuid is {spec.WorkflowUuid}, but this service runs the jobs of another workflow.")]);
            await _supervisor.LoadedAsync(spec.WorkflowUuid, _options.FirstOutcomeBound, _gate.Closing);
            if (!IsActive)
                return new SubmitResult.NotActive();
            return await _submissions.SubmitAsync(
                new NewJob(_supervisor.Lane(backend.Name), spec, owner, bounds ?? SubmissionBounds.None), key);
        }
        catch (OperationCanceledException) when (_gate.Closing.IsCancellationRequested)
        {
            return new SubmitResult.ShuttingDown();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>A job that cannot be stopped does not keep the others from it (contract A.9): it is among those that are left.</summary>
    private async Task StopAndWaitAsync(JobActor actor)
    {
        try
        {
            if (await actor.Stop.RequestAsync(StopCause.Requested, _options.StopAnswerBound) is not StopResult.Refused)
                await actor.Ended;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotStopped(_services.Logger, actor.Job.Id, exception.Message);
        }
    }

    private SubmitResult.UnknownBackend RefuseBackend(JobSpec spec)
    {
        var refusal = new SubmitResult.UnknownBackend(spec.Backend);
        if (IsActive && Journal.Away is null && _supervisor.IsOurs(spec.WorkflowUuid))
            Journal.Enqueue(new StoreWrite.AppendWorkflowLog(spec.WorkflowUuid, $"\n{refusal.Message}"));
        return refusal;
    }

    /// <summary>The newest snapshot of a job, or null. Waits while the jobs are being read from the store.</summary>
    /// <exception cref="JobStoreUnavailableException">The jobs have not been read within the bound.</exception>
    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        if (_supervisor.IsStandby)
            return await Store.FindAsync(id, cancellationToken);
        await _supervisor.LoadedAsync(null, _options.LoadingBound, cancellationToken);
        return Book.Find(id);
    }

    /// <summary>
    /// Jobs in the order of their submission. Never waits: while they are being read from the store, it says what is known.
    /// </summary>
    public async Task<IReadOnlyList<Job>> ListAsync(JobFilter filter, CancellationToken cancellationToken) =>
        filter.Of(_supervisor.IsStandby ? await Store.ListAsync(null, cancellationToken) : Book.All());

    /// <summary>The owner of the first job in a workspace; null if no job is known there.</summary>
    public string? FirstOwner(string workspace) => Book.All().FirstOrDefault(job => job.Spec.WorkflowWorkspace == workspace)?.Owner;

    /// <summary>The stored log of a terminal job; of one that still runs, what its backend can show of the main stream now.</summary>
    public async Task<Stream> OpenLogsAsync(Job job, CancellationToken cancellationToken)
    {
        if (await Journal.OpenLogsAsync(job.Id, cancellationToken) is { } stored)
            return stored;
        return Journal.Copy(
            Streams(job) is { } streams ? await LiveLog.ReadAsync(streams, job.Attempt, cancellationToken) : "");
    }

    /// <summary>
    /// Streams a job's output, from a byte offset of its main stream on, while it is written. The last chunk comes once the job is
    /// terminal.
    /// </summary>
    public IAsyncEnumerable<LogChunk> FollowLogsAsync(Job job, long offset, CancellationToken cancellationToken) =>
        new LogFollower(this, Time).FollowAsync(job, offset, cancellationToken);

    /// <summary>The stream of a job that its backend may still have; null otherwise.</summary>
    internal IStreamsLogs? Streams(Job job) =>
        job.Handle is not null && !job.Status.IsTerminal() && _registry.TryFind(job.Spec.Backend, out Backend? backend)
            ? backend.Manager as IStreamsLogs
            : null;

    /// <summary>The stored log of a job; empty if it has none.</summary>
    internal async Task<Stream> StoredLogsAsync(JobId id, CancellationToken cancellationToken) =>
        await Journal.OpenLogsAsync(id, cancellationToken) ?? Stream.Null;

    /// <summary>Reads the events of a job, oldest first.</summary>
    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        Store.ReadTimelineAsync(id, cancellationToken);

    /// <summary>Explains why a job is in its state.</summary>
    public async Task<Explanation> ExplainAsync(Job job, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        JobActor? actor = _supervisor.FindActor(job);
        if (actor is { Stage: ActorStage.Pending })
            sentences.Add(_supervisor.Lane(job.Spec.Backend).WhyWaiting(job.Owner));
        else if (job.Reason.Length > 0)
            sentences.Add(job.Reason);
        if (actor is { Stage: ActorStage.Pending, Submission.Deferral.Length: > 0 })
            sentences.Add($"It was its turn, but it could not be submitted, which is tried again: {actor.Submission.Deferral}");
        if (actor is { Stop.Refusal.Length: > 0 })
            sentences.Add($"The backend refuses the stop, which is sent again: {actor.Stop.Refusal}");
        if (actor is { Trouble.Length: > 0 })
            sentences.Add($"The last piece of work on this job failed and is tried again: {actor.Trouble}");
        if (actor is not null && _supervisor.Lane(job.Spec.Backend).Reachability.Away is { } away && actor.Stage != ActorStage.Pending)
            sentences.Add($"Backend '{job.Spec.Backend}' has not answered for {away.For.TotalSeconds:0} s; "
                + $"the status is what it said last. {away.Reason}");
        if (actor is not null && _registry.TryFind(job.Spec.Backend, out Backend? backend) && backend.Manager is IExplainsJobs explains)
            sentences.AddRange(await AskBackendAsync(backend, explains, job, cancellationToken));
        return new Explanation(job, sentences);
    }

    /// <summary>A backend that cannot be reached has nothing to add: the other sentences say that already.</summary>
    private async Task<IReadOnlyList<string>> AskBackendAsync(
        Backend backend, IExplainsJobs explains, Job job, CancellationToken cancellationToken)
    {
        try
        {
            return await _supervisor.Lane(backend.Name).Calls.MeasureAsync(
                BackendCall.Explain, () => explains.ExplainAsync(job.Attempt, cancellationToken));
        }
        catch (JobManagerUnavailableException)
        {
            return [];
        }
    }

    /// <summary>
    /// Makes a stop durable, and waits up to <see cref="JobServiceOptions.StopAnswerBound"/> for the backend's word. The end is observed
    /// later; a stop that was refused is sent again.
    /// </summary>
    public async Task<StopResult> StopAsync(Job job)
    {
        if (!IsActive)
            return new StopResult.NotActive();
        if (_supervisor.FindActor(job) is not { } actor)
            return new StopResult.TerminalAlready();
        StopResult result = await actor.Stop.RequestAsync(StopCause.Requested, _options.StopAnswerBound);
        if (result is not StopResult.Taken)
            return result;
        await ((Task)actor.Stop.Answered).WaitAsync(_options.StopAnswerBound, Time, _supervisor.Stopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return actor.Stop.Refusal is { Length: > 0 } refusal
            ? new StopResult.Refused($"{refusal} The stop is stored and is sent again.")
            : result;
    }

    /// <summary>
    /// Refuses new jobs for good, stops all others in parallel, and answers within <see cref="JobServiceOptions.ShutdownBound"/>.
    /// </summary>
    /// <returns>The jobs that could not be stopped.</returns>
    /// <exception cref="JobStoreUnavailableException">The jobs could not be read within the bound.</exception>
    public async Task<IReadOnlyList<JobId>> ShutdownAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.ShutdownBound, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        List<JobActor> live = [];
        try
        {
            await _gate.CloseAsync().WaitAsync(either.Token);

            // After a restart, the jobs that run are those of the rows: before those are read, none would be stopped.
            await _supervisor.LoadedAsync(workflow: null, bound: null, either.Token);
            live = [.. _supervisor.Actors().Where(actor => !actor.Job.Status.IsTerminal())];
            await Task.WhenAll(live.Select(StopAndWaitAsync)).WaitAsync(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (!IsActive)
            {
                throw new JobStoreUnavailableException(
                    "The jobs could not be read from the store, so none was stopped; the shutdown can be repeated.", exception);
            }

            // At the deadline, a stop that the backend has accepted ends the job: its acceptance is sufficient evidence.
            await Task.WhenAll(live.Where(actor => actor.Stop.IsAccepted).Select(actor => actor.Stop.EndAsAcceptedAsync()));
        }

        return [.. _supervisor.Actors().Where(actor => !actor.Job.Status.IsTerminal()).Select(actor => actor.Job.Id)];
    }

    [LoggerMessage(EventId = 140, Level = LogLevel.Error, Message = "Job {JobId} could not be stopped: {Reason}")]
    private static partial void LogNotStopped(ILogger logger, JobId jobId, string reason);
}
