using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Brings every job of the store to its end: waits for the lease, adopts what is there, and then drives one <see cref="ReconcileLoop"/> a
/// backend. Until it is <see cref="IsActive"/> nothing is written and no backend is spoken to.
/// </summary>
public sealed partial class JobSupervisor : IAsyncDisposable
{
    private readonly JobManagerRegistry _registry;
    private readonly ILease _lease;
    private readonly LifecycleServices _services;
    private readonly Dictionary<string, BackendLane> _lanes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _active = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    /// <summary>Does nothing until <see cref="Start"/>.</summary>
    public JobSupervisor(
        JobManagerRegistry registry, IJobStore store, ILease lease, TimeProvider time, ILogger<JobSupervisor> logger, FaultPoints faults)
    {
        _registry = registry;
        _lease = lease;
        _services = new LifecycleServices(store, new JobBook(), time, logger, faults);
        _lanes = registry.Backends.ToDictionary(backend => backend.Name, backend => new BackendLane(backend, time), StringComparer.Ordinal);
    }

    /// <summary>Whether this instance holds the lease and has adopted the jobs of the store.</summary>
    public bool IsActive => _active.Task.IsCompletedSuccessfully;

    /// <summary>Completes when this instance becomes active; fails when it cannot.</summary>
    public Task Active => _active.Task;

    internal LifecycleServices Services => _services;

    /// <summary>Ends when this instance stops.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins to wait for the lease.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Stops driving; jobs at the backends go on and are adopted at the next start. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
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

    private async Task RunAsync()
    {
        try
        {
            await _lease.AcquireAsync(_stopping.Token);
            await _services.Store.InitializeAsync(_stopping.Token);
            await AdoptAsync();
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
            return;
        }

        await Task.WhenAll(_lanes.Values.Select(lane => new ReconcileLoop(lane, _services.Time, _services.Logger).RunAsync(_stopping.Token)));
    }

    private async Task AdoptAsync()
    {
        int adopted = 0;
        foreach (Job job in await _services.Store.ListAsync(_stopping.Token))
        {
            if (job.IsSettled)
            {
                _services.Book.Add(job);
                continue;
            }

            if (!_lanes.ContainsKey(job.Spec.Backend))
            {
                _services.Book.Add(job);
                LogNoBackend(_services.Logger, job.Id, job.Spec.Backend);
                continue;
            }

            JobActor actor = Track(job, Recovery.StageOf(job), reserved: false);
            if (Recovery.WasNeverAnswered(job))
                await actor.RequestStopAsync(StopCause.Unanswered);
            adopted++;
        }

        LogAdopted(_services.Logger, adopted, string.Join(", ", _registry.Backends.Select(backend => backend.Name)));
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Active with backends {Backends}; {Count} unsettled jobs adopted")]
    private static partial void LogAdopted(ILogger logger, int count, string backends);

    [LoggerMessage(EventId = 121, Level = LogLevel.Error, Message = "Job {JobId} belongs to backend {Backend}, which is not configured: it stays as it is")]
    private static partial void LogNoBackend(ILogger logger, JobId jobId, string backend);

    [LoggerMessage(EventId = 122, Level = LogLevel.Critical, Message = "The service cannot become active")]
    private static partial void LogStartFailed(ILogger logger, Exception exception);
}
