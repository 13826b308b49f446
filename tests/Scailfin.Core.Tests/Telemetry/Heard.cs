using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Tests.Telemetry;

/// <summary>Everything that one <see cref="JobMetrics"/> tells, and nothing of what other tests' do.</summary>
internal sealed class Heard : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Series, double Value)> _measurements = new();

    public Heard()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != this)
                return;
            Instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        Metrics = new JobMetrics(this);
    }

    public JobMetrics Metrics { get; }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>Names with labels, as in <c>scailfin.backend.up{backend=b}</c>.</summary>
    public IReadOnlyList<string> Series => [.. _measurements.Select(measurement => measurement.Series).Distinct()];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    /// <summary>Measurements of a series.</summary>
    public IReadOnlyList<double> Of(string series) =>
        [.. _measurements.Where(measurement => measurement.Series == series).Select(measurement => measurement.Value)];

    /// <summary>A gauge, looked up now.</summary>
    public double Now(string series)
    {
        _listener.RecordObservableInstruments();
        return Of(series)[^1];
    }

    public void Dispose()
    {
        _listener.Dispose();
        Metrics.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach ((string name, object? label) in tags)
            labels.Add($"{name}={label}");
        _measurements.Enqueue((labels.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', labels)}}}", value));
    }
}
