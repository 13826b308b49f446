using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the store of jobs.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>Keeps jobs in one SQLite file in that directory, guarded against a second instance by a lock file beside it.</summary>
    public static IServiceCollection AddSqliteJobStore(this IServiceCollection services, string directory) => services
        .AddSingleton<IJobStore>(_ => new SqliteJobStore(Path.Combine(directory, "jobs.sqlite")))
        .AddSingleton(_ => new LogSpool(Path.Combine(directory, "spool")))
        .AddSingleton<ILease>(provider => new FileLease(Path.Combine(directory, "jobs.lock"), provider.GetRequiredService<TimeProvider>()));
}
