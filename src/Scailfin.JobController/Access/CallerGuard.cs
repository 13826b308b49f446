using Scailfin.JobController.Json;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>Establishes the <see cref="Caller"/>, or answers 401: loopback is shared on a login node, so there is always a token.</summary>
internal static class CallerGuard
{
    private const string Metrics = "/metrics";

    /// <summary>Paths for probes and for the API's description: their answers contain nothing about jobs.</summary>
    private static readonly string[] Public = ["/healthz", "/readyz", "/apispec"];

    /// <param name="app">The service.</param>
    /// <param name="mode">A sidecar asks for no token.</param>
    /// <param name="metricsPublic">Whether /metrics is public.</param>
    /// <param name="traffic">The limits of a user; null for none.</param>
    public static IApplicationBuilder UseCallerGuard(
        this IApplicationBuilder app, ServiceMode mode, bool metricsPublic, UserTraffic? traffic = null)
    {
        if (mode == ServiceMode.Sidecar)
        {
            return app.Use((context, next) =>
            {
                context.Features.Set(Caller.Reana);
                return next(context);
            });
        }

        var tokens = app.ApplicationServices.GetRequiredService<Authenticator>();
        var streams = new GuardedStreams(tokens, app.ApplicationServices.GetRequiredService<TimeProvider>());
        string[] open = metricsPublic ? [.. Public, Metrics] : Public;
        return app.Use(async (context, next) =>
        {
            bool isOpen = open.Contains(context.Request.Path.Value);
            if (isOpen && context.Request.Headers.Authorization.Count == 0)
            {
                await next(context);
                return;
            }

            // On public paths an invalid token is ignored; a valid one is shown more details (/readyz).
            TokenVerdict verdict = await tokens.CheckAsync(context.Request.Headers.Authorization);
            if (verdict.IsAllowed)
            {
                context.Features.Set(verdict.Caller);
                Caller caller = verdict.Caller;
                Task SendAsync(HttpContext admitted) => streams.SendAsync(admitted, caller, next);
                await (traffic is null ? SendAsync(context) : traffic.SendAsync(context, caller, SendAsync));
                return;
            }

            if (isOpen)
            {
                await next(context);
                return;
            }

            context.Response.Headers.WWWAuthenticate = "Bearer";
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status401Unauthorized, verdict.Reason);
        });
    }
}
