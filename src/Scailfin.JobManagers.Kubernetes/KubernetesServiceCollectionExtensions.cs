using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the kind <c>kubernetes</c>.</summary>
public static class KubernetesServiceCollectionExtensions
{
    /// <summary>REANA's settings are what an option means that no file of backends writes.</summary>
    public static IServiceCollection AddKubernetes(this IServiceCollection services, KubernetesOptions reana) => services
        .AddSingleton<IJobManagerKind>(provider => new KubernetesJobManagerKind(
            reana, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KubernetesJobManager>>()));
}
