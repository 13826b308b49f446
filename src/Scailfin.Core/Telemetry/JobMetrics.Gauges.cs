using System.Diagnostics.Metrics;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Telemetry;

/// <content>The gauges, which are computed only when they are read.</content>
public sealed partial class JobMetrics
{
    private static readonly JobStatus[] Statuses = Enum.GetValues<JobStatus>();

    private Func<IEnumerable<LaneFigures>> _lanes = () => [];
    private JobJournal? _journal;

    /// <summary>Sets the sources of the gauges; called once.</summary>
    internal void Watch(Func<IEnumerable<LaneFigures>> lanes, JobJournal journal)
    {
        if (this == None)
            return;
        _lanes = lanes;
        _journal = journal;
    }

    private void CreateGauges()
    {
        _meter.CreateObservableGauge(
            "scailfin.jobs", Jobs, "{job}", "Jobs that are not settled: still to be submitted, run, collected or released.");
        _meter.CreateObservableGauge(
            "scailfin.backend.pending", () => OfLanes(lane => lane.Pending), "{job}", "Jobs that wait here for a place at the backend.");
        _meter.CreateObservableGauge(
            "scailfin.backend.in_flight", () => OfLanes(lane => lane.InFlight), "{job}", "Jobs that count against the backend's limit.");
        _meter.CreateObservableGauge(
            "scailfin.backend.up", () => OfLanes(lane => lane.Away is null ? 1 : 0), description: "1 while the backend answers, else 0.");
        _meter.CreateObservableGauge(
            "scailfin.backend.away.duration", AwayDurations, "s", "For how long the backend has not answered; 0 while it does.");
        _meter.CreateObservableGauge(
            "scailfin.backend.since_pass.duration", PassAges, "s", "How long ago a pass over the backend's jobs went through to its end.");
        _meter.CreateObservableGauge(
            "scailfin.backend.troubles",
            () => OfLanes(lane => lane.Troubles),
            "{trouble}",
            "Number of problems that the service sees at the backend; /readyz describes them.");
        _meter.CreateObservableGauge(
            "scailfin.backend.orphans",
            () => OfLanes(lane => lane.Orphans),
            "{job}",
            "What the backend held of a sidecar's workflow at the start and no job of the store names; the log names each.");
        _meter.CreateObservableGauge(
            "scailfin.store.queue", () => OfJournal(journal => journal.Length), "{write}", "Writes that are not durable yet.");
        _meter.CreateObservableGauge(
            "scailfin.store.up",
            () => OfJournal(journal => journal.Away is null ? 1 : 0),
            description: "1 while the job store takes writes, else 0.");
    }

    private IEnumerable<Measurement<long>> Jobs() =>
        from lane in _lanes()
        from status in Statuses
        select new Measurement<long>(lane.ByStatus[(int)status], new("backend", lane.Backend), new("status", status.Name()));

    private IEnumerable<Measurement<long>> OfLanes(Func<LaneFigures, long> figure) => _lanes().Select(lane => Of(lane, figure(lane)));

    private IEnumerable<Measurement<double>> AwayDurations() => _lanes().Select(lane => Of(lane, lane.Away?.TotalSeconds ?? 0));

    private IEnumerable<Measurement<double>> PassAges() => _lanes().Select(lane => Of(lane, lane.SinceGoodPass.TotalSeconds));

    private static Measurement<T> Of<T>(LaneFigures lane, T figure)
        where T : struct => new(figure, new KeyValuePair<string, object?>("backend", lane.Backend));

    private IEnumerable<Measurement<long>> OfJournal(Func<JobJournal, long> figure) =>
        _journal is { } journal ? [new Measurement<long>(figure(journal))] : [];
}
