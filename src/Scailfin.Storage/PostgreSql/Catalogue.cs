using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// The tables and columns that exist in the database, in one query. REANA's columns come and go between its releases (contract G.7), so
/// they are looked up and not assumed.
/// </summary>
internal sealed class Catalogue
{
    private const string Query =
        "SELECT n.nspname::text || '.' || c.relname::text, a.attname::text, "
        + "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') "
        + "AND has_table_privilege(c.oid, 'UPDATE') "
        + "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        + "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        + "WHERE c.relkind IN ('r', 'p', 'v') AND ((n.nspname = '__reana' AND c.relname = 'job') OR (n.nspname = 'scailfin' "
        + "AND c.relname IN ('job', 'job_log', 'job_event', 'reana_job', 'schema_version')))";

    private readonly HashSet<string> _usable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reanaColumns = new(StringComparer.Ordinal);

    /// <summary>The columns of <c>__reana.job</c>; empty if there is no such table.</summary>
    public IReadOnlySet<string> ReanaColumns => _reanaColumns;

    public bool HasReana => _reanaColumns.Contains("id_");

    /// <summary>Whether the service's tables beside REANA's exist, and the role may use them.</summary>
    public bool HasReanaJob => _usable.IsSupersetOf(["scailfin.reana_job", "scailfin.job_event"]);

    /// <summary>Whether the tables of the service's own layout exist.</summary>
    public bool HasOwn => _usable.IsSupersetOf(["scailfin.job", "scailfin.job_log", "scailfin.job_event"]);

    public bool HasVersions => _usable.Contains("scailfin.schema_version");

    public static async Task<Catalogue> ReadAsync(PostgreSqlDatabase database, CancellationToken cancellationToken)
    {
        var catalogue = new Catalogue();
        foreach ((string table, string column, bool usable) in await database.QueryAsync(
            Parameters.Command(Query), row => (row.GetString(0), row.GetString(1), row.GetBoolean(2)), cancellationToken))
        {
            if (usable)
                catalogue._usable.Add(table);
            if (table == "__reana.job")
                catalogue._reanaColumns.Add(column);
        }

        return catalogue;
    }

    /// <summary>Whether REANA's tables are the ones to use.</summary>
    /// <exception cref="JobStoreUnavailableException">The settings ask for REANA's tables, and reana-db has not created them.</exception>
    public bool UsesReana(PostgreSqlOptions options) => options.Layout switch
    {
        PostgreSqlLayout.Own => false,
        PostgreSqlLayout.Reana when !HasReana =>
            throw new JobStoreUnavailableException($"{options} has no table __reana.job: 'reana-db init' makes it."),
        _ => HasReana,
    };
}
