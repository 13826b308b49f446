using Scailfin.JobController.Jobs;

namespace Scailfin.JobController.Access;

/// <summary>Asks for the token on everything but the probes: loopback is shared on a login node.</summary>
internal static class TokenGuard
{
    public static IApplicationBuilder UseTokenGuard(this IApplicationBuilder app, AdministratorToken token) => app.Use(async (context, next) =>
    {
        bool probe = context.Request.Path == "/healthz" || context.Request.Path == "/readyz";
        if (probe || token.Allows(context.Request.Headers.Authorization))
        {
            await next(context);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        await JsonAnswer.SendMessageAsync(context, 401, "A token is needed: Authorization: Bearer TOKEN. The administrator's is in admin.token in the service's data directory.");
    });
}
