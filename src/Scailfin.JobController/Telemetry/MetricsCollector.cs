using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Scailfin.Core.Telemetry;

namespace Scailfin.JobController.Telemetry;

/// <summary>
/// Hears the instruments of this service, keeps their figures, and writes them for Prometheus. Independent of OpenTelemetry's SDK, which
/// starts only if an export is configured (decision 0004).
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>ASP.NET Core's requests, by the template of their route.</summary>
    private const string Requests = "Microsoft.AspNetCore.Hosting";

    /// <summary>The runtime's own meter: there is one for the process.</summary>
    private const string Runtime = "System.Runtime";

    private static readonly FrozenSet<string> OfRuntime = FrozenSet.Create(
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.gc.collections",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.gc.pause.time",
        "dotnet.gc.heap.total_allocated",
        "dotnet.exceptions");

    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    /// <summary>Hears what is made by that factory, and the runtime.</summary>
    public MetricsCollector(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument, factory))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, made => new MetricFamily(made)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Sorted by name.</summary>
    public IEnumerable<MetricFamily> Families => _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal);

    /// <summary>Writes the current values.</summary>
    public string Write()
    {
        var text = new PrometheusText();
        lock (_scrape)
        {
            foreach (MetricFamily family in _families.Values)
                family.BeginObservation();
            _listener.RecordObservableInstruments();
            foreach (MetricFamily family in Families)
                text.Write(family);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsOurs(Instrument instrument, IMeterFactory factory) => instrument.Meter.Name switch
    {
        JobMetrics.MeterName or Requests => ReferenceEquals(instrument.Meter.Scope, factory),
        Runtime => OfRuntime.Contains(instrument.Name),
        _ => false,
    };
}
