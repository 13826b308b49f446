namespace Scailfin.JobController.Telemetry;

/// <summary>The figures of one combination of labels. Not thread-safe.</summary>
internal sealed class MetricSeries(double[]? bounds)
{
    /// <summary>Measurements for each bound, not summed up; the last is for those above all bounds. Null but for histograms.</summary>
    public long[]? Buckets { get; } = bounds is null ? null : new long[bounds.Length + 1];

    /// <summary>The value of a counter or gauge, the sum of a histogram.</summary>
    public double Value { get; private set; }

    public void Add(double value) => Value += value;

    public void Set(double value) => Value = value;

    public void Distribute(double value)
    {
        Value += value;

        // A value equal to a bound belongs to that bound's bucket: "le" means less or equal.
        int index = Array.BinarySearch(bounds!, value);
        Buckets![index < 0 ? ~index : index]++;
    }
}
