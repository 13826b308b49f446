namespace Scailfin.JobController.Telemetry;

/// <summary>
/// An instrument's name as OpenTelemetry's rules give it to Prometheus: underscores, the unit written out, <c>_total</c> for counters
/// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
internal static class PrometheusName
{
    public static string Of(string name, string? unit, MetricKind kind)
    {
        string flat = WithEnd(name.Replace('.', '_'), unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        });
        return kind == MetricKind.Counter ? WithEnd(flat, "_total") : flat;
    }

    private static string WithEnd(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) ? name : name + end;
}
