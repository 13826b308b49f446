using System.Diagnostics.Metrics;
using System.Globalization;
using Scailfin.Core.Telemetry;
using Scailfin.JobController.Telemetry;

namespace Scailfin.JobController.Tests.Telemetry;

/// <summary>From measurements to text that Prometheus reads.</summary>
public sealed class CollectorTests : IMeterFactory
{
    private readonly Meter _meter;
    private readonly MetricsCollector _collector;

    public CollectorTests()
    {
        _meter = Create(new MeterOptions(JobMetrics.MeterName));
        _collector = new MetricsCollector(this);
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("back\\slash \"quoted\"\nnext line, {brace}=")]
    [InlineData("")]
    [InlineData("Zürich")]
    public void A_label_has_any_value(string value)
    {
        Counter<long> counter = _meter.CreateCounter<long>("scailfin.things", description: "With \\ and\na line.");
        counter.Add(2, new KeyValuePair<string, object?>("backend", value));
        counter.Add(3, new KeyValuePair<string, object?>("backend", value));
        Exposition read = Read();
        Assert.Equal(5, read[$"scailfin_things_total;backend={value}"]);
        Assert.Equal("counter", read.Type["scailfin_things_total"]);
        Assert.Equal("With \\\\ and\\na line.", read.Help["scailfin_things_total"]);
    }

    [Fact]
    public void A_histogram_has_growing_buckets_up_to_infinity_its_count_and_its_sum()
    {
        Histogram<double> histogram = _meter.CreateHistogram(
            "scailfin.wait.duration", "s", "Wait.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 10] });
        foreach (double value in new[] { 0.1, 0.5, 0.75, 1, 11, 1e9 })
            histogram.Record(value);
        Exposition read = Read();
        Assert.Equal("histogram", read.Type["scailfin_wait_duration_seconds"]);
        Assert.Equal(
            [2, 4, 4, 6], new[] { "0.5", "1", "10", "+Inf" }.Select(bound => read[$"scailfin_wait_duration_seconds_bucket;le={bound}"]));
        Assert.Equal(6, read["scailfin_wait_duration_seconds_count"]);
        Assert.Equal(0.1 + 0.5 + 0.75 + 1 + 11 + 1e9, read["scailfin_wait_duration_seconds_sum"], 6);
    }

    [Fact]
    public void What_is_gone_at_the_next_look_is_not_told_any_more()
    {
        var names = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("scailfin.g", () => names.Select(name =>
            new Measurement<double>(double.PositiveInfinity, new KeyValuePair<string, object?>("backend", name))));
        Assert.Equal(double.PositiveInfinity, Read()["scailfin_g;backend=b"]);
        names.Remove("b");
        Assert.Single(Read().Samples, sample => sample.Name == "scailfin_g");
    }

    [Fact]
    public void Series_do_not_grow_without_bound_and_unknown_labels_make_none()
    {
        Counter<int> counter = _meter.CreateCounter<int>("scailfin.c");
        for (int i = 0; i < MetricFamily.Largest + 50; i++)
            counter.Add(1, new("backend", i.ToString(CultureInfo.InvariantCulture)), new("path", $"/jobs/{i}"));
        Assert.Equal(MetricFamily.Largest, Read().Samples.Count(sample => sample.Name == "scailfin_c_total"));
        UpDownCounter<long> other = _meter.CreateUpDownCounter<long>("scailfin.d");
        other.Add(3, new KeyValuePair<string, object?>("path", "/a"));
        other.Add(-1, new KeyValuePair<string, object?>("path", "/b"));
        Assert.Equal(2, Read()["scailfin_d"]);
    }

    [Fact]
    public void Another_service_of_the_same_process_is_not_heard()
    {
        using var stranger = new Meter(JobMetrics.MeterName);
        stranger.CreateCounter<long>("scailfin.strange").Add(1);
        Assert.DoesNotContain("strange", _collector.Write(), StringComparison.Ordinal);
    }

    private Exposition Read() => Exposition.Parse(_collector.Write());
}
