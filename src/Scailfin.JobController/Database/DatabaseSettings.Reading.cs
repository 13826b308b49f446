using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Database;

/// <content>Reads the settings from REANA's variables in a sidecar (contract F.3), from the service's own otherwise.</content>
internal sealed partial record DatabaseSettings
{
    private const string ReanaUrl = "REANA_SQLALCHEMY_DATABASE_URI";
    public const string OwnUrl = "SCAILFIN_DATABASE";
    private const string LayoutVariable = "SCAILFIN_DATABASE_LAYOUT";

    public static DatabaseSettings Read(SettingsReader reader, ServiceMode mode, string defaultHost)
    {
        bool sidecar = mode == ServiceMode.Sidecar;
        Secret? reanaUrl = reader.Secret(ReanaUrl);
        DatabaseSettings composed = Composed(reader, defaultHost);
        Secret? ownUrl = reader.Secret(OwnUrl);
        if (sidecar && ownUrl is not null)
            reader.Note($"{OwnUrl} is set, but a sidecar uses REANA's database only");
        if (!sidecar)
            reader.Needs(LayoutVariable, OwnUrl);

        DatabaseSettings server = (sidecar, reanaUrl, ownUrl) switch
        {
            (true, { } url, _) => FromUrl(reader, ReanaUrl, url),
            (true, _, _) => composed,
            (false, _, { } url) => FromUrl(reader, OwnUrl, url),
            _ => new DatabaseSettings(),
        };
        return server with
        {
            PoolSize = reader.Truncated("SQLALCHEMY_POOL_SIZE", sidecar ? 1 : 2, 1, 1000),
            Overflow = reader.Truncated("SQLALCHEMY_MAX_OVERFLOW", 2, 0, 1000),
            PoolTimeout = TimeSpan.FromSeconds(reader.Truncated("SQLALCHEMY_POOL_TIMEOUT", 30, 1, 3600)),
            PoolRecycle = TimeSpan.FromSeconds(reader.Truncated("SQLALCHEMY_POOL_RECYCLE", 3600, -1, int.MaxValue)),
            Layout = reader.Choice(LayoutVariable, "auto", "auto", "reana", "own"),
        };
    }

    /// <summary>
    /// Upstream puts the parts into a URL as they are and takes that apart again, so that escapes in them are decoded; here an @ in the
    /// password does no harm.
    /// </summary>
    private static DatabaseSettings Composed(SettingsReader reader, string defaultHost)
    {
        string user = reader.Text("REANA_DB_USERNAME", "reana");
        Secret? password = reader.Secret("REANA_DB_PASSWORD");
        return new DatabaseSettings
        {
            Kind = DatabaseKind.PostgreSql,
            User = SqlAlchemyUrl.Decode(user),
            Password = new Secret(SqlAlchemyUrl.Decode(password?.Reveal() ?? "reana")),
            Database = reader.Text("REANA_DB_NAME", "reana"),
            Host = reader.Text("REANA_DB_HOST", defaultHost),
            Port = reader.Integer("REANA_DB_PORT", PostgreSqlPort, 1, 65535),
        };
    }

    private static DatabaseSettings FromUrl(SettingsReader reader, string name, Secret secret)
    {
        const string Form = "postgresql://user:password@host:port/database";
        if (SqlAlchemyUrl.Parse(secret.Reveal()) is not { } url)
        {
            reader.Problem(name, Secret.Shown, $"an address such as {Form}; escape @ / : ? # in user and password as %40 %2F %3A %3F %23");
            return new DatabaseSettings { Kind = DatabaseKind.PostgreSql };
        }

        if (url.Dialect is not ("postgresql" or "postgres"))
            reader.Problem($"{name} names the dialect '{url.Dialect}', but must be {Form}; "
                + $"without {OwnUrl}, a standalone service has a database of its own");
        foreach ((string parameter, string value) in url.Query)
        {
            if (!KnownParameters.TryGetValue(parameter, out (Func<string, bool> IsValid, string Rule) known))
                reader.Problem($"{name} has the parameter '{parameter}', but may have only: {string.Join(", ", KnownParameters.Keys)}");
            else if (!known.IsValid(value))
                reader.Problem($"the parameter {parameter} of {name}", value, known.Rule);
        }

        return new DatabaseSettings
        {
            Kind = DatabaseKind.PostgreSql,
            Host = url.Host ?? "localhost",
            Port = url.Port ?? PostgreSqlPort,
            User = url.User,
            Password = url.Password,
            Database = url.Database,
            Parameters = url.Query.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
        };
    }
}
