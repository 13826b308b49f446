using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>Everything that a piece of work on one job needs: its row, its backend, the service around it.</summary>
internal sealed class JobContext(
    JobRecord record, BackendLane lane, LifecycleServices services, JobPhases phases, CancellationToken stopping)
{
    public JobRecord Record => record;

    public BackendLane Lane => lane;

    public LifecycleServices Services => services;

    public JobPhases Phases => phases;

    /// <summary>The process ends.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>The newest snapshot.</summary>
    public Job Job => record.Job;

    public IJobManager Manager => lane.Backend.Manager;

    /// <summary>Asks the backend, measured.</summary>
    public Task<T> CallAsync<T>(BackendCall call, Func<Task<T>> ask) => lane.Calls.MeasureAsync(call, ask, phases.Origin);

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(BackendCall call, Func<Task> ask) => lane.Calls.MeasureAsync(call, ask, phases.Origin);

    /// <summary>Makes evidence from the service's own decision.</summary>
    public Evidence ServiceEvidence(string text) =>
        new() { Source = EvidenceSource.Service, Text = text, ObservedAt = services.Time.GetUtcNow() };

    /// <summary>A line of the job's timeline, now.</summary>
    public TimelineEntry Entry(string name, string detail = "") => new(services.Time.GetUtcNow(), Job.AttemptNumber, name, detail);
}
