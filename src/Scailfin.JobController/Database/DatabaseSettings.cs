using System.Globalization;
using Scailfin.JobController.Settings;
using Scailfin.Storage.PostgreSql;

namespace Scailfin.JobController.Database;

internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>The database of the jobs. Printing it shows no password.</summary>
internal sealed partial record DatabaseSettings
{
    public const int PostgreSqlPort = 5432;

    private const int LongestConnectTimeout = 3600;

    /// <summary>
    /// libpq's values of <c>sslmode</c> (https://www.postgresql.org/docs/current/libpq-ssl.html). The client library has no <c>allow</c>;
    /// <c>prefer</c> encrypts wherever that would.
    /// </summary>
    private static Dictionary<string, PostgreSqlSslMode> SslModes { get; } = new()
    {
        ["disable"] = PostgreSqlSslMode.Disable,
        ["allow"] = PostgreSqlSslMode.Prefer,
        ["prefer"] = PostgreSqlSslMode.Prefer,
        ["require"] = PostgreSqlSslMode.Require,
        ["verify-ca"] = PostgreSqlSslMode.VerifyCa,
        ["verify-full"] = PostgreSqlSslMode.VerifyFull,
    };

    /// <summary>
    /// The parameters of a URL's query that are honoured, each with its check and its rule; any other is refused, rather than ignored.
    /// </summary>
    private static readonly Dictionary<string, (Func<string, bool> IsValid, string Rule)> KnownParameters = new()
    {
        ["sslmode"] = (SslModes.ContainsKey, $"one of: {string.Join(", ", SslModes.Keys)}"),
        ["connect_timeout"] = (text => Seconds(text) is not null, $"a whole number of seconds from 0 to {LongestConnectTimeout}"),
        ["application_name"] = (_ => true, ""),
        ["options"] = (_ => true, ""),
    };

    public DatabaseKind Kind { get; init; } = DatabaseKind.Sqlite;

    /// <summary>A name, an address, or the directory of a Unix socket; a URL without one means this host.</summary>
    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = PostgreSqlPort;

    /// <summary>The database's name; null for the user's name.</summary>
    public string? Database { get; init; }

    /// <summary>The database user; null for the user that the service runs as.</summary>
    public string? User { get; init; }

    public Secret? Password { get; init; }

    /// <summary>libpq's parameters from the URL, any of those above.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>libpq's <c>connect_timeout</c>, seconds. 0 would wait for ever there; here it means the default.</summary>
    public int ConnectTimeout => Seconds(Parameters.GetValueOrDefault("connect_timeout") ?? "") is > 0 and int seconds ? seconds : 5;

    /// <summary>libpq's <c>sslmode</c>.</summary>
    public PostgreSqlSslMode SslMode =>
        SslModes.GetValueOrDefault(Parameters.GetValueOrDefault("sslmode") ?? "prefer", PostgreSqlSslMode.Prefer);

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

    private static int? Seconds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= LongestConnectTimeout
            ? seconds
            : null;
}
