using Microsoft.Extensions.Logging;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>What everything in the life of a job needs.</summary>
internal sealed record LifecycleServices(
    IJobStore Store,
    JobJournal Journal,
    JobBook Book,
    SupervisorOptions Options,
    TimeProvider Time,
    ILogger Logger,
    FaultPoints Faults,
    JobMetrics Metrics);
