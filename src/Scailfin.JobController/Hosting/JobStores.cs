using Scailfin.JobController.Database;
using Scailfin.JobController.JobCache;
using Scailfin.JobController.Settings;
using Scailfin.Storage.PostgreSql;

namespace Scailfin.JobController.Hosting;

/// <summary>Registers the store that the settings name: the embedded one, or a PostgreSQL database.</summary>
internal static class JobStores
{
    public static IServiceCollection AddJobStore(this IServiceCollection services, ServiceSettings settings) =>
        settings.Database.Kind == DatabaseKind.Sqlite
            ? services.AddSqliteJobStore(settings.Data.Path).AddSingleton<IJobCache, NoJobCache>()
            : services
                .AddPostgreSqlJobStore(Options(settings.Database), leased: settings.Mode == ServiceMode.Standalone, settings.Data.Path)
                .AddJobCache(settings.JobCache);

    private static IServiceCollection AddJobCache(this IServiceCollection services, bool on) =>
        on ? services.AddSingleton<IJobCache, ReanaJobCache>() : services.AddSingleton<IJobCache, NoJobCache>();

    private static PostgreSqlOptions Options(DatabaseSettings database) => new()
    {
        Host = database.Host,
        Port = database.Port,
        User = database.User ?? Environment.UserName,
        Database = database.Database ?? database.User ?? Environment.UserName,
        Password = database.Password?.Reveal(),
        PoolSize = database.PoolSize,
        Layout = Enum.Parse<PostgreSqlLayout>(database.Layout, ignoreCase: true),
        SslMode = database.SslMode,
        ConnectTimeout = TimeSpan.FromSeconds(database.ConnectTimeout),
        ApplicationName = database.Parameters.GetValueOrDefault("application_name") ?? "scailfin",
        ServerOptions = database.Parameters.GetValueOrDefault("options"),
    };
}
