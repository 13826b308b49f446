using System.Diagnostics.Metrics;

namespace Scailfin.JobController.Telemetry;

/// <summary>All series of one instrument.</summary>
internal sealed class MetricFamily
{
    /// <summary>The maximum number of label combinations; more are a defect, and dropped, to bound the memory that they take.</summary>
    public const int Largest = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<LabelSet, MetricSeries> _series = [];
    private readonly bool _adds;

    public MetricFamily(Instrument instrument)
    {
        Instrument = instrument;
        Kind = MetricKinds.Of(instrument);
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, Kind);
        Bounds = Kind == MetricKind.Histogram ? MetricKinds.Bounds(instrument) : null;
        _adds = MetricKinds.Adds(instrument);
    }

    public Instrument Instrument { get; }

    public string Name { get; }

    public MetricKind Kind { get; }

    public double[]? Bounds { get; }

    public string Help => Instrument.Description ?? "";

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelSet.Of(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out MetricSeries? series))
            {
                if (_series.Count == Largest)
                    return;
                _series.Add(labels, series = new MetricSeries(Bounds));
            }

            if (Kind == MetricKind.Histogram)
                series.Distribute(value);
            else if (_adds)
                series.Add(value);
            else
                series.Set(value);
        }
    }

    /// <summary>Forgets what was observed before: what is gone must not stay.</summary>
    public void BeginObservation()
    {
        if (!Instrument.IsObservable)
            return;
        lock (_lock)
            _series.Clear();
    }

    /// <summary>Reads all series; nothing is recorded meanwhile.</summary>
    public void Read(Action<LabelSet, MetricSeries> read)
    {
        lock (_lock)
        {
            foreach ((LabelSet labels, MetricSeries series) in _series)
                read(labels, series);
        }
    }
}
