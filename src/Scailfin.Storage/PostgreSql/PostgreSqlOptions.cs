namespace Scailfin.Storage.PostgreSql;

/// <summary>The tables that the store uses (design, section 7).</summary>
public enum PostgreSqlLayout
{
    /// <summary>REANA's tables if the database has them, else the service's own.</summary>
    Auto,

    /// <summary>The tables that reana-db made; they are never migrated.</summary>
    Reana,

    /// <summary>Our own, in the schema <c>scailfin</c>.</summary>
    Own,
}

/// <summary>Whether the connection is encrypted, in libpq's words (<c>sslmode</c>).</summary>
public enum PostgreSqlSslMode
{
    /// <summary>Never encrypts.</summary>
    Disable,

    /// <summary>Encrypts if the server supports it; the certificate is not checked.</summary>
    Prefer,

    /// <summary>Always encrypts; the certificate is not checked.</summary>
    Require,

    /// <summary>Always encrypts, and requires a certificate of a known authority.</summary>
    VerifyCa,

    /// <summary>Always encrypts, and requires a certificate of a known authority for this host.</summary>
    VerifyFull,
}

/// <summary>The connection to the PostgreSQL server. The password appears in no message and no log.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>Name, address or, if it begins with a slash, the directory of the server's socket.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Port, 1 to 65535.</summary>
    public int Port { get; set; } = 5432;

    /// <summary>Name of the database.</summary>
    public string Database { get; set; } = "reana";

    /// <summary>Name of the role.</summary>
    public string User { get; set; } = "reana";

    /// <summary>Password of the role; null if the server asks for none.</summary>
    public string? Password { get; set; }

    /// <summary>Whether the connection is encrypted.</summary>
    public PostgreSqlSslMode SslMode { get; set; } = PostgreSqlSslMode.Prefer;

    /// <summary>File with the certificates of the authorities to trust, in PEM; null for those of the machine.</summary>
    public string? RootCertificate { get; set; }

    /// <summary>
    /// Most connections at a time (at least 1). Each running workflow has a service of its own, and they share the server's (contract F.3).
    /// </summary>
    public int PoolSize { get; set; } = 1;

    /// <summary>How long a new connection may take; at least 1 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The name that the server shows in its list of sessions.</summary>
    public string ApplicationName { get; set; } = "scailfin";

    /// <summary>Command-line options for the server's process, libpq's <c>options</c>; null for none.</summary>
    public string? ServerOptions { get; set; }

    /// <summary>The tables to use.</summary>
    public PostgreSqlLayout Layout { get; set; } = PostgreSqlLayout.Auto;

    /// <summary>Describes the database for messages; without the password.</summary>
    public override string ToString() => $"PostgreSQL database '{Database}' at {Host}:{Port} (user '{User}')";
}
