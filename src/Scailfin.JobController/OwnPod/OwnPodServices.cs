using Scailfin.JobController.Configuration;
using Scailfin.JobController.Jobs;
using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.OwnPod;

/// <summary>Puts the check of the own Pod into a sidecar that runs in one.</summary>
internal static class OwnPodServices
{
    private const string Container = "job-controller";

    /// <summary>The same settings, not to be acted on yet where the environment may have been a user's doing.</summary>
    public static ServiceSettings Hold(ServiceSettings settings) =>
        settings with { Held = settings.Mode == ServiceMode.Sidecar && OwnPodReader.IsInPod };

    public static IServiceCollection AddOwnPodCheck(this IServiceCollection services, ServiceSettings settings) =>
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var reader = new OwnPodReader(KubernetesBackend.Of(settings) with { Kubeconfig = null }, time);
            return new OwnPodCheck(
                settings,
                cancellationToken => reader.ReadAsync(settings.PodName, Container, cancellationToken),
                time,
                provider.GetRequiredService<ILogger<OwnPodCheck>>());
        });

    /// <summary>Refuses jobs while the settings are held; everything else goes on.</summary>
    public static void UseOwnPodGuard(this WebApplication app, ServiceSettings settings)
    {
        if (!settings.Held)
            return;
        var check = app.Services.GetRequiredService<OwnPodCheck>();
        app.Use((context, next) => HttpMethods.IsPost(context.Request.Method) && check.Problem is { } problem
            ? JsonAnswer.SendMessageAsync(context, StatusCodes.Status503ServiceUnavailable, $"{problem} Nothing was stored.")
            : next(context));
    }
}
