using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Brings every job of the store to its end: waits for the lease, adopts what is there, and then drives one <see cref="ReconcileLoop"/> a
/// backend. Until it is <see cref="IsActive"/> nothing is written and no backend is spoken to.
/// </summary>
public sealed partial class JobSupervisor : IAsyncDisposable
{
    /// <summary>How long the service waits at its end for backend calls in progress.</summary>
    private static readonly TimeSpan WorkBound = TimeSpan.FromSeconds(20);

    private readonly JobManagerRegistry _registry;
    private readonly ILease _lease;
    private readonly SupervisorOptions _options;
    private readonly LifecycleServices _services;
    private readonly Dictionary<string, BackendLane> _lanes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _active = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _adopting = new(1, 1);
    private readonly ConcurrentDictionary<Guid, bool> _adopted = new();
    private volatile bool _leased;
    private object? _workflow;
    private Task _running = Task.CompletedTask;
    private Task _orphans = Task.CompletedTask;

    /// <summary>Does nothing until <see cref="Start"/>.</summary>
    public JobSupervisor(JobManagerRegistry registry, ILease lease, LifecycleServices services)
    {
        _registry = registry;
        _lease = lease;
        _options = services.Options;
        _workflow = _options.Workflow;
        _services = services;
        _lanes = registry.Backends.ToDictionary(
            backend => backend.Name, backend => new BackendLane(backend, services.Time, services.Metrics), StringComparer.Ordinal);
        services.Metrics.Watch(() => _lanes.Values.Select(lane => lane.Figures()), services.Journal);
    }

    /// <summary>Whether this instance holds the lease and has adopted the jobs of the store.</summary>
    public bool IsActive => _active.Task.IsCompletedSuccessfully;

    /// <summary>Whether another instance may be driving the jobs: this one only reads.</summary>
    public bool IsStandby => !_leased && !_options.OneWorkflow;

    /// <summary>Completes when this instance becomes active; fails when it cannot.</summary>
    public Task Active => _active.Task;

    /// <summary>Fails when this instance cannot continue; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Problems of a backend that driving its jobs has shown, most important first; empty for none.</summary>
    public IReadOnlyList<string> Troubles(string backend) => Lane(backend).Troubles();

    /// <summary>Ends when this instance stops.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins to wait for the lease.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Stops driving; jobs at the backends continue and are adopted at the next start. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _orphans;

        // A submission in progress must end before another instance looks it up at the backend.
        Task work = Task.WhenAll(Actors().Select(actor => actor.Work));
        if (await Task.WhenAny(work, Task.Delay(WorkBound, _services.Time)) != work)
            LogWorkLeft(_services.Logger, WorkBound.TotalSeconds);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync();

    internal BackendLane Lane(string backend) => _lanes[backend];

    /// <summary>The unsettled jobs of all backends.</summary>
    internal IReadOnlyList<JobActor> Actors() => [.. _lanes.Values.SelectMany(lane => lane.Actors())];

    /// <summary>The actor of a job that is not settled; null for one that is, or that does not exist.</summary>
    internal JobActor? FindActor(Job job) => _lanes.GetValueOrDefault(job.Spec.Backend)?.Find(job.Id);

    /// <summary>Takes charge of a job that was just stored.</summary>
    internal JobActor Track(Job job, ActorStage stage, bool reserved)
    {
        BackendLane lane = Lane(job.Spec.Backend);
        var actor = new JobActor(job, stage, lane, _services, _stopping.Token);
        _services.Book.Add(job);
        lane.Add(actor, reserved);
        return actor;
    }

    /// <summary>
    /// Completes when the jobs have been read from the store, those of <paramref name="workflow"/> included; at once on a standby.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">The jobs have not been read within the bound.</exception>
    internal async Task LoadedAsync(Guid? workflow, TimeSpan? bound, CancellationToken cancellationToken)
    {
        if (IsStandby)
            return;
        try
        {
            await _active.Task.WaitAsync(bound ?? Timeout.InfiniteTimeSpan, _services.Time, cancellationToken);
            if (workflow is { } uuid && _options.OneWorkflow && IsOurs(uuid))
                await AdoptOnceAsync(uuid).WaitAsync(bound ?? Timeout.InfiniteTimeSpan, _services.Time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new JobStoreUnavailableException("The jobs are still being read from the store.", exception);
        }
    }

    /// <summary>
    /// Whether this service drives the jobs of this workflow. If its workflow is not known at start, the first one in a request becomes its
    /// workflow, for good: a request must not make one service drive, show or stop another service's jobs.
    /// </summary>
    internal bool IsOurs(Guid workflow)
    {
        if (!_options.OneWorkflow)
            return true;
        object? bound = _workflow ?? Interlocked.CompareExchange(ref _workflow, workflow, null);
        return bound is null || (Guid)bound == workflow;
    }

    private async Task RunAsync()
    {
        try
        {
            await _lease.AcquireAsync(_stopping.Token);
            _leased = true;
            await LoadAsync();
            _active.TrySetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _active.TrySetCanceled(_stopping.Token);
            return;
        }
        catch (Exception exception)
        {
            LogStartFailed(_services.Logger, exception);
            _active.TrySetException(exception);
            _failed.TrySetException(exception);
            return;
        }

        Task loops = Task.WhenAll(
        [
            .. _lanes.Values.Select(lane => new ReconcileLoop(lane, _lease, _services.Time, _services.Logger).RunAsync(_stopping.Token)),
            new Retention(_services, _options.Retention).RunAsync(_stopping.Token),
        ]);
        if (await Task.WhenAny(loops, _lease.Lost) != loops)
        {
            LogLost(_services.Logger);
            _failed.TrySetException(new InvalidOperationException("Another instance drives the jobs now."));
            await _stopping.CancelAsync();
        }

        await loops;
    }

    /// <summary>Reads the jobs; while the store is unavailable, retries until it answers.</summary>
    private async Task LoadAsync()
    {
        var backOff = new BackOff(_services.Time, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await _services.Store.InitializeAsync(_stopping.Token);
                if (_services.Store.Traits.Limitation is { Length: > 0 } limitation)
                    LogLimitation(_services.Logger, limitation);
                if (!_options.OneWorkflow)
                    await AdoptAsync(null);
                else if (_options.Workflow is { } workflow)
                    await AdoptOnceAsync(workflow);
                return;
            }
            catch (JobStoreUnavailableException exception)
            {
                LogStoreAway(_services.Logger, exception.Message);
                backOff.Begin();
                await backOff.WaitAsync(_stopping.Token);
            }
        }
    }

    private async Task AdoptOnceAsync(Guid workflow)
    {
        if (_adopted.ContainsKey(workflow))
            return;
        await _adopting.WaitAsync(_stopping.Token);
        try
        {
            if (_adopted.ContainsKey(workflow))
                return;
            await AdoptAsync(workflow);
            _adopted[workflow] = true;
            _orphans = Task.WhenAll(
                [_orphans, .. _lanes.Values.Select(lane => new OrphanReport(lane, _services).RunAsync(workflow, _stopping.Token))]);
        }
        finally
        {
            _adopting.Release();
        }
    }

    private async Task AdoptAsync(Guid? workflow)
    {
        int adopted = 0;
        IReadOnlyList<Job> jobs = await _services.Store.ListAsync(workflow, _services.Texts, _stopping.Token);
        if (workflow is null)
            TextsRemoval.Sweep(_services, jobs);
        foreach (Job job in jobs)
        {
            if (job.IsSettled || !_lanes.ContainsKey(job.Spec.Backend))
            {
                _services.Book.Add(job);
                if (!job.IsSettled)
                    LogNoBackend(_services.Logger, job.Id, job.Spec.Backend);
                continue;
            }

            JobActor actor = Track(job, Recovery.StageOf(job), reserved: false);
            if (Recovery.WasNeverAnswered(job))
                await GiveUpAsync(actor);

            // No backend event reports changes from before this start: observe the job now instead of after a whole interval.
            Lane(job.Spec.Backend).Hint(job.Id);
            adopted++;
        }

        LogAdopted(_services.Logger, adopted, string.Join(", ", _registry.Backends.Select(backend => backend.Name)));
    }

    /// <summary>Fails a job whose POST was never answered; returns once that is stored.</summary>
    private async Task GiveUpAsync(JobActor actor)
    {
        var backOff = new BackOff(_services.Time, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (await actor.Stop.RequestAsync(StopCause.Unanswered, WorkBound) is StopResult.Refused)
        {
            backOff.Begin();
            await backOff.WaitAsync(_stopping.Token);
        }
    }

    [LoggerMessage(
        EventId = 120, Level = LogLevel.Information, Message = "Active with backends {Backends}; {Count} unsettled jobs adopted")]
    private static partial void LogAdopted(ILogger logger, int count, string backends);

    [LoggerMessage(
        EventId = 121,
        Level = LogLevel.Error,
        Message = "Job {JobId} belongs to backend {Backend}, which is not configured: it stays as it is")]
    private static partial void LogNoBackend(ILogger logger, JobId jobId, string backend);

    [LoggerMessage(
        EventId = 126, Level = LogLevel.Warning, Message = "A backend has not answered for {Seconds} s; the service stops anyway")]
    private static partial void LogWorkLeft(ILogger logger, double seconds);

    [LoggerMessage(
        EventId = 123, Level = LogLevel.Critical, Message = "The lease was lost to another instance; this one stops driving the jobs")]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(EventId = 124, Level = LogLevel.Error, Message = "The jobs cannot be read from the store yet: {Reason}")]
    private static partial void LogStoreAway(ILogger logger, string reason);

    [LoggerMessage(EventId = 125, Level = LogLevel.Warning, Message = "{Limitation}")]
    private static partial void LogLimitation(ILogger logger, string limitation);

    [LoggerMessage(EventId = 122, Level = LogLevel.Critical, Message = "The service cannot become active")]
    private static partial void LogStartFailed(ILogger logger, Exception exception);
}
