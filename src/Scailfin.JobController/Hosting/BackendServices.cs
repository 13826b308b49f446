using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>Every kind of backend that the program has, and the backends of the settings.</summary>
internal static class BackendServices
{
    public static IServiceCollection AddBackends(this IServiceCollection services, ServiceSettings settings) => services
        .AddSingleton(new WorkspacePath(settings.WorkspaceRoots, settings.SharedWorkspaces))
        .AddSingleton(_ => settings.BackendsFile is { } file ? BackendsFile.ReadAccounts(file) : UserAccounts.None)
        .AddLocal(settings.Data.Backends, settings.Data.Images)
        .AddHTCondor()
        .AddKubernetes(KubernetesBackend.Of(settings.Reana, settings.Mode))
        .AddSingleton(provider => new JobRequestFields(provider.GetServices<IJobManagerKind>().SelectMany(kind => kind.Fields)))
        .AddSingleton(provider => Create(
            settings, provider.GetServices<IJobManagerKind>(), provider.GetRequiredService<ILogger<OfferedBackends>>()));

    /// <summary>The fields that requests of a service with these settings may have.</summary>
    public static JobRequestFields Fields(ServiceSettings settings)
    {
        using ServiceProvider provider = Provider(settings);
        return provider.GetRequiredService<JobRequestFields>();
    }

    /// <summary>Says what is wrong with the backends of these settings, without starting any.</summary>
    public static IReadOnlyList<string> Problems(ServiceSettings settings)
    {
        using ServiceProvider provider = Provider(settings);
        try
        {
            provider.GetRequiredService<JobManagerRegistry>();
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Problems;
        }
        catch (BackendConfigurationException exception)
        {
            return exception.Problems;
        }
    }

    private static ServiceProvider Provider(ServiceSettings settings) => new ServiceCollection().AddLogging()
        .AddSingleton(TimeProvider.System).AddBackends(settings).BuildServiceProvider();

    private static JobManagerRegistry Create(
        ServiceSettings settings, IEnumerable<IJobManagerKind> kinds, ILogger<OfferedBackends> logger) =>
        JobManagerRegistry.Create(kinds, OfferedBackends.Of(settings.Mode, settings.BackendsFile, settings.ComputeBackends, kinds, logger));
}
