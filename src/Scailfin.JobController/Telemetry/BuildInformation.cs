using System.Diagnostics.Metrics;
using Scailfin.Core.Telemetry;

namespace Scailfin.JobController.Telemetry;

/// <summary>The running version, as a gauge that is always 1, so that a graph shows when it changed.</summary>
internal sealed class BuildInformation
{
    public BuildInformation(IMeterFactory factory) => factory.Create(new MeterOptions(JobMetrics.MeterName)).CreateObservableGauge(
        "scailfin.build.info",
        () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)),
        description: "Always 1; the label has the version of the service.");

    public static string Version { get; } = typeof(BuildInformation).Assembly.GetName().Version!.ToString(3);
}
