using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Jobs;

namespace Scailfin.JobController.Health;

/// <summary>For probes; no token is asked for, and nothing is told but whether the service lives and drives its jobs.</summary>
internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var service = routes.ServiceProvider.GetRequiredService<JobService>();
        routes.MapGet("/healthz", context => JsonAnswer.SendMessageAsync(context, 200, "alive"));
        routes.MapGet("/readyz", context => service.IsActive
            ? JsonAnswer.SendMessageAsync(context, 200, "ready")
            : JsonAnswer.SendMessageAsync(context, 503, "read-only: waiting for the instance that drives the jobs"));
        return routes;
    }
}
