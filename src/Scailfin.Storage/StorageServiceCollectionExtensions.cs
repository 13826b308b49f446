using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Storage.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the store of jobs.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>Keeps jobs in one SQLite file in that directory, guarded against a second instance by a lock file beside it.</summary>
    public static IServiceCollection AddSqliteJobStore(this IServiceCollection services, string directory) => services
        .AddSingleton(provider => new SqliteJobStore(
            Path.Combine(directory, "jobs.sqlite"),
            provider.GetRequiredService<FileLease>(),
            provider.GetRequiredService<ILogger<SqliteJobStore>>()))
        .AddSingleton<IJobStore>(provider => provider.GetRequiredService<SqliteJobStore>())
        .AddSingleton<ISpecTexts>(provider => provider.GetRequiredService<SqliteJobStore>().Specs)
        .AddSingleton(_ => new LogSpool(Path.Combine(directory, "spool")))
        .AddSingleton(provider => new FileLease(Path.Combine(directory, "jobs.lock"), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ILease>(provider => provider.GetRequiredService<FileLease>());

    /// <summary>
    /// Keeps jobs in a PostgreSQL database, in REANA's tables or in the service's own; and reads REANA's <see cref="PostgreSqlJobCache"/>.
    /// </summary>
    /// <param name="services">
    /// The services; a <see cref="JobManagerRegistry"/>, a <see cref="TimeProvider"/> and logging are among them.
    /// </param>
    /// <param name="options">How to reach the database.</param>
    /// <param name="leased">
    /// Whether instances take turns (a long-lived service), or this one owns its workflow by construction (a sidecar).
    /// </param>
    /// <param name="directory">A directory of this instance alone: logs are spooled below it while the database is unreachable.</param>
    public static IServiceCollection AddPostgreSqlJobStore(
        this IServiceCollection services, PostgreSqlOptions options, bool leased, string directory)
    {
        services
            .AddSingleton(_ => new PostgreSqlDatabase(options))
            .AddSingleton(provider => new PostgreSqlJobCache(provider.GetRequiredService<PostgreSqlDatabase>()))
            .AddSingleton(_ => new LogSpool(Path.Combine(directory, "spool")))
            .AddSingleton<IJobStore>(provider => new PostgreSqlJobStore(
                provider.GetRequiredService<PostgreSqlDatabase>(),
                provider.GetRequiredService<JobManagerRegistry>(),
                provider.GetRequiredService<TimeProvider>(),
                leased ? provider.GetRequiredService<PostgreSqlLease>() : null));
        if (!leased)
            return services.AddSingleton<ILease, NoLease>().AddSingleton<ISpecTexts>(_ => new SpecMemory());

        // Copies: the rows have the texts, too, because another instance may take over on another machine. The files of an SQLite store
        // in the same directory are not among them.
        return services
            .AddSingleton<ISpecTexts>(_ => new SpecFiles(Path.Combine(directory, "specs-of-postgresql")))
            .AddSingleton(provider => new PostgreSqlLease(
                provider.GetRequiredService<PostgreSqlDatabase>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<PostgreSqlLease>>()))
            .AddSingleton<ILease>(provider => provider.GetRequiredService<PostgreSqlLease>());
    }
}
