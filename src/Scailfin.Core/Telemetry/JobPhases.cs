using System.Diagnostics;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;

namespace Scailfin.Core.Telemetry;

/// <summary>
/// How long one job stays in each phase of its life. Times before a restart of the service are known only if the row has them.
/// </summary>
internal sealed class JobPhases(JobMetrics metrics, string backend, TimeProvider time)
{
    public const string Submit = "submit";
    public const string Queued = "queued";
    public const string Run = "run";
    public const string Collect = "collect";
    public const string Release = "release";

    private DateTimeOffset? _acceptedAt;
    private DateTimeOffset? _endedAt;

    /// <summary>The span in which the job was submitted: what is done for it later belongs to the same trace.</summary>
    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;

    /// <summary>Records that the backend has accepted the job.</summary>
    public void Accepted(Job job)
    {
        // The time at which an attempt after the first began to wait is not recorded.
        if (job.AttemptNumber > 1)
            return;
        _acceptedAt = time.GetUtcNow();
        Tell(Submit, job.CreatedAt, _acceptedAt);
    }

    /// <summary>Records that the backend reports the job as running.</summary>
    public void Running(Job job)
    {
        Tell(Queued, _acceptedAt, job.StartedAt);
        _acceptedAt = null;
    }

    /// <summary>Records the end of a job. A job that was never seen running has its start from the evidence.</summary>
    public void Ended(Job job)
    {
        _endedAt = time.GetUtcNow();
        Running(job);
        Tell(Run, job.StartedAt, job.FinishedAt);
        metrics.Ended(backend, job.Status);
    }

    /// <summary>Records that the backend has released the job.</summary>
    public void Released() => Tell(Release, _endedAt, time.GetUtcNow());

    private void Tell(string phase, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is null || to is null)
            return;

        // The times may come from two clocks, and the backend's clock may be behind this service's.
        metrics.Phase(backend, phase, WallClock.Between(from.Value, to.Value));
    }
}
