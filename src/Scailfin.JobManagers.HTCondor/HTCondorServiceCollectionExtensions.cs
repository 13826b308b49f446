using Microsoft.Extensions.Logging;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.HTCondor;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the kind <c>htcondor</c>.</summary>
public static class HTCondorServiceCollectionExtensions
{
    /// <summary>
    /// Adds the HTCondor backend; it keeps no files in the service's own directory: an attempt's files are in its workspace.
    /// </summary>
    public static IServiceCollection AddHTCondor(this IServiceCollection services) => services
        .AddSingleton<IJobManagerKind>(provider => new HTCondorJobManagerKind(
            provider.GetRequiredService<UserAccounts>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<FaultPoints>() ?? FaultPoints.None));
}
