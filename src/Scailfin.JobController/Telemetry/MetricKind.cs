using System.Diagnostics.Metrics;

namespace Scailfin.JobController.Telemetry;

/// <summary>The Prometheus type of an instrument.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

internal static class MetricKinds
{
    public static MetricKind Of(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<int> or Counter<double> => MetricKind.Counter,
        ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double> => MetricKind.Counter,
        Histogram<long> or Histogram<int> or Histogram<double> => MetricKind.Histogram,
        _ => MetricKind.Gauge,
    };

    /// <summary>Whether measurements are differences; otherwise each replaces the last.</summary>
    public static bool Adds(Instrument instrument) => instrument is Counter<long> or Counter<int> or Counter<double>
        or UpDownCounter<long> or UpDownCounter<int> or UpDownCounter<double>;

    /// <summary>The histogram bounds that the instrument advises.</summary>
    public static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };
}
