using System.Globalization;

namespace Scailfin.JobController.Configuration;

internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>Which database holds the jobs. Printing it shows no password.</summary>
internal sealed partial record DatabaseSettings
{
    public const int PostgreSqlPort = 5432;

    /// <summary>The parameters of a URL's query that are honoured; any other is refused, rather than silently ignored.</summary>
    public static IReadOnlyList<string> KnownParameters { get; } = ["sslmode", "connect_timeout", "application_name", "options"];

    public DatabaseKind Kind { get; init; } = DatabaseKind.Sqlite;

    /// <summary>A name, an address, or the directory of a Unix socket; a URL without one means this host.</summary>
    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = PostgreSqlPort;

    /// <summary>Null: the database that has the user's name.</summary>
    public string? Database { get; init; }

    /// <summary>Null: the user that the service runs as.</summary>
    public string? User { get; init; }

    public Secret? Password { get; init; }

    /// <summary>libpq's parameters from the URL, any of <see cref="KnownParameters"/>.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>libpq's <c>connect_timeout</c>, seconds.</summary>
    public int ConnectTimeout =>
        Parameters.TryGetValue("connect_timeout", out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds > 0
            ? seconds
            : 5;

    /// <summary>
    /// <c>SQLALCHEMY_POOL_SIZE</c>: connections that are kept. One service per workflow shares the server's connections (contract F.3).
    /// </summary>
    public int PoolSize { get; init; } = 2;

    /// <summary><c>SQLALCHEMY_MAX_OVERFLOW</c>: connections beyond the pool, for a moment.</summary>
    public int Overflow { get; init; } = 2;

    /// <summary><c>SQLALCHEMY_POOL_TIMEOUT</c>: how long a query waits for a connection.</summary>
    public TimeSpan PoolTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>SQLALCHEMY_POOL_RECYCLE</c>: the age at which a connection is replaced.</summary>
    public TimeSpan PoolRecycle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// <c>SCAILFIN_DATABASE_LAYOUT</c>: <c>reana</c> (the tables that reana-db made), <c>own</c>, or <c>auto</c> to look.
    /// </summary>
    public string Layout { get; init; } = "auto";
}
