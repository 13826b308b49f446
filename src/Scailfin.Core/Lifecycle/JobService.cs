using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Lifecycle;

/// <summary>Bounds of what a caller waits for.</summary>
public sealed record JobServiceOptions
{
    /// <summary>How long a submission waits for the backend's first word before it is answered as queued.</summary>
    public TimeSpan FirstOutcomeBound { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a shutdown waits for the backends (design, section 4.6; REANA's grace period is 120 s).</summary>
    public TimeSpan ShutdownBound { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>What the outside can do with jobs: submit, read, stop. Reads never wait for a backend.</summary>
public sealed class JobService(JobSupervisor supervisor, JobManagerRegistry registry, JobServiceOptions options)
{
    private readonly SubmissionGate _gate = new();

    /// <summary>Whether this instance drives the jobs; otherwise it only reads.</summary>
    public bool IsActive => supervisor.IsActive;

    private JobBook Book => supervisor.Services.Book;

    private IJobStore Store => supervisor.Services.Store;

    private TimeProvider Time => supervisor.Services.Time;

    /// <summary>
    /// Stores the intent, hands the job to its backend, and waits a bounded time for the first word (design, sections 4.2 and 4.3).
    /// The caller's going away does not undo what was begun.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">Nothing was stored.</exception>
    public async Task<SubmitResult> SubmitAsync(JobSpec spec, string owner)
    {
        if (!registry.TryFind(spec.Backend, out Backend? backend))
            return new SubmitResult.UnknownBackend(spec.Backend);
        if (backend.Manager.Validate(spec) is { Count: > 0 } problems)
            return new SubmitResult.Invalid(problems);
        if (!_gate.TryEnter())
            return new SubmitResult.ShuttingDown();
        try
        {
            return supervisor.IsActive ? await SubmitToAsync(supervisor.Lane(backend.Name), spec, owner) : new SubmitResult.NotActive();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>The newest picture of a job, or null.</summary>
    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        supervisor.IsActive ? Book.Find(id) : await Store.FindAsync(id, cancellationToken);

    /// <summary>All jobs in the order of their submission.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(CancellationToken cancellationToken) =>
        supervisor.IsActive ? Book.All() : await Store.ListAsync(cancellationToken);

    /// <summary>The stored log of a terminal job; of one that still runs, what its backend can show of the main stream now.</summary>
    public async Task<string> ReadLogsAsync(Job job, CancellationToken cancellationToken)
    {
        if (await Store.ReadLogsAsync(job.Id, cancellationToken) is { } stored)
            return stored;
        bool live = job.Handle is not null && !job.Status.IsTerminal();
        return live && registry.TryFind(job.Spec.Backend, out Backend? backend) && backend.Manager is IStreamsLogs streams
            ? await LiveLog.ReadAsync(streams, job.Attempt, cancellationToken)
            : "";
    }

    /// <summary>What happened to a job, oldest first.</summary>
    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        Store.ReadTimelineAsync(id, cancellationToken);

    /// <summary>Why a job stands where it stands.</summary>
    public async Task<Explanation> ExplainAsync(Job job, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        JobActor? actor = supervisor.FindActor(job);
        if (actor is { Stage: ActorStage.Pending })
            sentences.Add(supervisor.Lane(job.Spec.Backend).WhyWaiting());
        else if (job.Reason.Length > 0)
            sentences.Add(job.Reason);
        if (actor is not null && supervisor.Lane(job.Spec.Backend).AwayNow() is { } away && actor.Stage != ActorStage.Pending)
            sentences.Add($"Backend '{job.Spec.Backend}' has not answered for {away.For.TotalSeconds:0} s; the status is what it said last. {away.Reason}");
        if (actor is not null && registry.TryFind(job.Spec.Backend, out Backend? backend) && backend.Manager is IExplainsJobs explains)
            sentences.AddRange(await explains.ExplainAsync(job.Attempt, cancellationToken));
        return new Explanation(job, sentences);
    }

    /// <summary>Makes a stop durable; the end is observed later. False when the job is terminal already.</summary>
    /// <exception cref="JobStoreUnavailableException">The stop could not be stored; the job is unchanged.</exception>
    public async Task<bool> StopAsync(Job job) =>
        supervisor.FindActor(job) is { } actor && await actor.RequestStopAsync(StopCause.Requested);

    /// <summary>
    /// Refuses new jobs for good, stops all others in parallel, and answers within <see cref="JobServiceOptions.ShutdownBound"/>.
    /// </summary>
    /// <returns>The jobs that could not be stopped.</returns>
    public async Task<IReadOnlyList<JobId>> ShutdownAsync(CancellationToken cancellationToken)
    {
        await _gate.CloseAsync();
        List<JobActor> live = [.. supervisor.Actors().Where(actor => !actor.Job.Status.IsTerminal())];
        await Task.WhenAll(live.Select(RequestStopAsync));
        try
        {
            await Task.WhenAll(live.Select(actor => actor.Ended)).WaitAsync(options.ShutdownBound, Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // At the deadline the backend's word that it accepted the stop is evidence enough.
            await Task.WhenAll(live.Where(actor => actor.StopAccepted).Select(actor => actor.EndAsStopAcceptedAsync()));
        }

        return [.. live.Where(actor => !actor.Job.Status.IsTerminal()).Select(actor => actor.Job.Id)];
    }

    private static async Task RequestStopAsync(JobActor actor)
    {
        try
        {
            await actor.RequestStopAsync(StopCause.Requested);
        }
        catch (JobStoreUnavailableException)
        {
            // Not durable: the job is still live at the deadline and is reported as not stopped.
        }
    }

    private async Task<SubmitResult> SubmitToAsync(BackendLane lane, JobSpec spec, string owner)
    {
        bool reserved = lane.TryReserve();
        string reason = reserved ? "" : lane.WhyWaiting();
        var job = new Job
        {
            Id = JobId.New(),
            Owner = owner,
            Spec = spec,
            Status = reserved ? JobStatus.Created : JobStatus.Queued,
            Reason = reason,
            CreatedAt = Time.GetUtcNow(),
        };
        try
        {
            var entry = new TimelineEntry(job.CreatedAt, job.AttemptNumber, reserved ? JobTimeline.Accepted : JobTimeline.Waiting, reason);
            await Store.InsertAsync(job, [entry], CancellationToken.None);
        }
        catch
        {
            if (reserved)
                lane.CancelReservation();
            throw;
        }

        supervisor.Services.Faults.Reach(FaultPoints.IntentStored);
        JobActor actor = supervisor.Track(job, reserved ? ActorStage.Submitting : ActorStage.Pending, reserved);
        if (reserved)
            return await AwaitFirstWordAsync(actor);
        lane.Nudge();
        return new SubmitResult.Accepted(actor.Job);
    }

    private async Task<SubmitResult> AwaitFirstWordAsync(JobActor actor)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(_gate.Closing, supervisor.Stopping);
        try
        {
            Submission submission = await actor.SubmitFirstAsync().WaitAsync(options.FirstOutcomeBound, Time, leave.Token);

            // Where the store failed behind the backend's answer, the row still says that nobody was told; 201 would not survive a restart.
            if (actor.Job.Status == JobStatus.Created)
                await actor.OweAsync("The backend's answer could not be stored; it is asked again.");
            return submission is Submission.Rejected rejected
                ? new SubmitResult.Rejected(actor.Job, rejected.Reason)
                : new SubmitResult.Accepted(actor.Job);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await actor.OweAsync("The backend has not answered the submission yet.");
            return new SubmitResult.Accepted(actor.Job);
        }
    }
}
