using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Scailfin.Core.Telemetry;

namespace Scailfin.JobController.Telemetry;

/// <summary>Registers metrics and traces; and OpenTelemetry's SDK if its standard variables name an endpoint.</summary>
internal static class TelemetryServices
{
    /// <summary>
    /// The service's name in exported traces and metrics, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES has another.
    /// </summary>
    private const string ServiceName = "scailfin";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        services.AddMetrics();
        services.AddSingleton(provider => new JobMetrics(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<BuildInformation>();
        if (settings.IsExported)
            services.AddExport();
        return services;
    }

    /// <summary>Over OTLP, as the variables say: endpoint, protocol, headers, intervals.</summary>
    private static void AddExport(this IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.Clear()
            .AddService(ServiceName, serviceVersion: BuildInformation.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector())
        .WithTracing(traces => traces
            .AddSource(JobTraces.SourceName)
            .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path))
            .AddHttpClientInstrumentation()
            .AddOtlpExporter())
        .WithMetrics(metrics => metrics
            .AddMeter(JobMetrics.MeterName)
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation()
            .AddOtlpExporter());

    /// <summary>Whether the path is a probe's: probes come every few seconds, and are not traced.</summary>
    private static bool IsProbe(PathString path) => path == "/healthz" || path == "/readyz" || path == "/metrics";
}
