using System.Diagnostics.Metrics;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Telemetry;

/// <summary>
/// The metrics of the lifecycle and the store: the meter <see cref="MeterName"/> (docs/operations/metrics.md). Labels have closed sets of
/// values: the names of the backends, statuses, phases, calls, outcomes.
/// </summary>
public sealed partial class JobMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Scailfin";

    private readonly Meter _meter;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _phases;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _callDuration;
    private readonly Counter<long> _commits;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitWrites;
    private readonly Counter<long> _reads;

    /// <summary>Makes metrics with a meter that its factory disposes of.</summary>
    public JobMetrics(IMeterFactory factory)
        : this(factory.Create(new MeterOptions(MeterName)))
    {
    }

    /// <summary>Makes metrics with their own meter.</summary>
    public JobMetrics()
        : this(new Meter(MeterName))
    {
    }

    private JobMetrics(Meter meter)
    {
        _meter = meter;
        _ended = meter.CreateCounter<long>("scailfin.jobs.ended", "{job}", "Jobs that became terminal.");
        _phases = Seconds("scailfin.job.phase.duration", "Time that jobs spend in each phase of their life.", Buckets.OfPhases);
        _calls = meter.CreateCounter<long>("scailfin.backend.calls", "{call}", "Calls to backends.");
        _callDuration = Seconds("scailfin.backend.call.duration", "Time that backends take to answer.", Buckets.OfCalls);
        _commits = meter.CreateCounter<long>("scailfin.store.commits", "{commit}", "Commits to the job store; each is one round trip.");
        _commitDuration = Seconds("scailfin.store.commit.duration", "Time that commits to the job store take.", Buckets.OfCommits);
        _commitWrites = meter.CreateHistogram(
            "scailfin.store.commit.writes",
            "{write}",
            "Writes that share a commit.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = Buckets.OfGroups });
        _reads = meter.CreateCounter<long>("scailfin.store.reads", "{read}", "Reads from the job store; each is one round trip.");
        CreateGauges();
    }

    /// <summary>Metrics without a listener, for parts that are used without metrics.</summary>
    internal static JobMetrics None { get; } = new(new Meter("Scailfin.None"));

    /// <summary>Removes the meter, unless a factory made it.</summary>
    public void Dispose() => _meter.Dispose();

    internal void Ended(string backend, JobStatus status) => _ended.Add(1, new("backend", backend), new("status", status.Name()));

    internal void Phase(string backend, string phase, TimeSpan duration) =>
        _phases.Record(duration.TotalSeconds, new("backend", backend), new("phase", phase));

    internal void Called(string backend, BackendCall call, string outcome, TimeSpan duration)
    {
        _calls.Add(1, new("backend", backend), new("call", call.Name), new("outcome", outcome));
        _callDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("backend", backend), new("call", call.Name));
        if (call == BackendCall.Collect && outcome == Outcome.Ok)
            Phase(backend, JobPhases.Collect, duration);
    }

    internal void Committed(int writes, string outcome, TimeSpan duration)
    {
        _commits.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _commitDuration.Record(duration.TotalSeconds);
        _commitWrites.Record(writes);
    }

    internal void Read(string what, string outcome) => _reads.Add(1, new("call", what), new("outcome", outcome));

    private Histogram<double> Seconds(string name, string description, double[] buckets) =>
        _meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
