using Microsoft.Extensions.Logging;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>The services that all parts of the lifecycle share.</summary>
public sealed class LifecycleServices
{
    /// <param name="store">The store from which jobs are read.</param>
    /// <param name="journal">The journal to which jobs are written.</param>
    /// <param name="options">How jobs are driven.</param>
    /// <param name="time">The clocks.</param>
    /// <param name="logger">For what happens to jobs.</param>
    /// <param name="faults">The points at which tests kill the service.</param>
    /// <param name="metrics">The metrics; null for none.</param>
    /// <param name="texts">Owns the long texts of jobs; null keeps them in memory.</param>
    public LifecycleServices(
        IJobStore store,
        JobJournal journal,
        SupervisorOptions options,
        TimeProvider time,
        ILogger<JobSupervisor> logger,
        FaultPoints faults,
        JobMetrics? metrics = null,
        ISpecTexts? texts = null)
    {
        Metrics = metrics ?? JobMetrics.None;
        Store = new MeasuredStore(store, Metrics, time);
        Journal = journal;
        Options = options;
        Time = time;
        Logger = logger;
        Faults = faults;
        Texts = texts ?? new SpecMemory();
    }

    internal IJobStore Store { get; }

    internal JobJournal Journal { get; }

    internal ISpecTexts Texts { get; }

    /// <summary>The newest snapshot of every job.</summary>
    internal JobBook Book { get; } = new();

    internal SupervisorOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal FaultPoints Faults { get; }

    internal JobMetrics Metrics { get; }
}
