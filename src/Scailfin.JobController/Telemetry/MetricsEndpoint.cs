using System.Text;
using Scailfin.JobController.OwnPod;

namespace Scailfin.JobController.Telemetry;

/// <summary><c>GET /metrics</c>, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder routes)
    {
        // The collector is created now, so that events before the first scrape are counted too.
        var collector = routes.ServiceProvider.GetRequiredService<MetricsCollector>();
        routes.ServiceProvider.GetRequiredService<BuildInformation>();
        routes.MapGet("/metrics", async context =>
        {
            byte[] text = Encoding.UTF8.GetBytes(collector.Write());
            context.Response.ContentType = PrometheusText.ContentType;
            context.Response.ContentLength = text.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
                await context.Response.Body.WriteAsync(text, context.RequestAborted);
        }).WithMetadata(WhileUnconfirmed.Answers);
        return routes;
    }
}
