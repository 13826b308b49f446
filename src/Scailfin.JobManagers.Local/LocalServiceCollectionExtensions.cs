using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Local;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the kind <c>local</c>.</summary>
public static class LocalServiceCollectionExtensions
{
    /// <summary>
    /// Attempts are kept under <paramref name="directory"/>, unpacked images are looked up under <paramref name="images"/>.
    /// </summary>
    public static IServiceCollection AddLocal(this IServiceCollection services, string directory, string images) => services
        .AddSingleton<IJobManagerKind>(provider => new LocalJobManagerKind(
            directory,
            images,
            provider.GetRequiredService<WorkspacePath>(),
            provider.GetRequiredService<UserAccounts>(),
            provider.GetRequiredService<TimeProvider>()));
}
