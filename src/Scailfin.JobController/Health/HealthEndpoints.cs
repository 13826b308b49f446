using Scailfin.JobController.Access;
using Scailfin.JobController.Json;
using Scailfin.JobController.OwnPod;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Health;

/// <summary>
/// The endpoints of probes: whether the service lives and drives its jobs. They need no token. A caller with a token also gets the state of
/// a standalone service's backends and store; those reasons may name hosts. In a sidecar only the kubelet calls them.
/// </summary>
internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes, ServiceMode mode)
    {
        var health = routes.ServiceProvider.GetRequiredService<ServiceHealth>();
        bool details = mode == ServiceMode.Standalone;
        routes.MapGet("/healthz", context => JsonAnswer.SendMessageAsync(context, 200, "alive")).WithMetadata(WhileUnconfirmed.Answers);
        routes.MapGet("/readyz", context => SendReadyAsync(context, health, details && context.Features.Get<Caller>() is not null))
            .WithMetadata(WhileUnconfirmed.Answers);
        return routes;
    }

    private static async Task SendReadyAsync(HttpContext context, ServiceHealth health, bool details)
    {
        // A standby does not call the backends.
        if (!health.IsReady)
        {
            await JsonAnswer.SendMessageAsync(context, 503, "read-only: waiting for the instance that drives the jobs");
            return;
        }

        if (!details)
        {
            await JsonAnswer.SendMessageAsync(context, 200, "ready");
            return;
        }

        IReadOnlyList<(string Name, string State)> backends = await health.BackendsAsync();
        await JsonAnswer.SendAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("backends");
            foreach ((string name, string state) in backends)
                json.WriteString(name, state);
            json.WriteEndObject();
            json.WriteString("message", "ready");
            json.WriteString("store", health.Store);
            json.WriteEndObject();
        });
    }
}
