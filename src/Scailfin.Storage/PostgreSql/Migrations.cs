using Npgsql;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Our own tables, made and upgraded: one version after another, in one transaction, by one instance at a time.</summary>
internal sealed class Migrations(PostgreSqlDatabase database)
{
    /// <summary>The tables of the service's own layout. A new version is a new entry at the end.</summary>
    public static readonly Part Own = new("own", [["postgresql-event.sql", "postgresql-own.sql"]]);

    /// <summary>The service's tables beside REANA's.</summary>
    public static readonly Part Reana = new("reana", [["postgresql-event.sql", "postgresql-reana.sql"]]);

    /// <summary>The key of the advisory lock under which anything of the schema changes: "scailfin" in ASCII.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(8314603054652845422)";

    /// <summary>The version of the tables in the database; 0 if there are none.</summary>
    public async Task<int> VersionAsync(Part part, CancellationToken cancellationToken)
    {
        List<int> versions = await database.QueryAsync(
            Parameters.Command("SELECT version FROM scailfin.schema_version WHERE part = $1", Parameters.Text(part.Name)),
            row => row.GetInt32(0),
            cancellationToken);
        return versions.Count == 0 ? 0 : versions[0];
    }

    /// <summary>Brings the tables to the newest version.</summary>
    public Task UpgradeAsync(Part part, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                await ExecuteAsync(connection, Lock, cancellationToken);
                await ExecuteAsync(connection, await ScriptAsync("postgresql-schema.sql", cancellationToken), cancellationToken);
                int there = await VersionAsync(connection, part, cancellationToken);
                Check(part, there);
                foreach (string script in part.Versions.Skip(there).SelectMany(scripts => scripts))
                    await ExecuteAsync(connection, await ScriptAsync(script, cancellationToken), cancellationToken);
                await using var store = new NpgsqlCommand(
                    "INSERT INTO scailfin.schema_version (part, version) VALUES ($1, $2) "
                    + "ON CONFLICT (part) DO UPDATE SET version = excluded.version, applied_at = now()",
                    connection);
                store.Parameters.Add(Parameters.Text(part.Name));
                store.Parameters.Add(Parameters.Integer(part.Newest));
                await store.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>The table of the lease, which is needed before anything else is.</summary>
    public Task MakeLeaseAsync(CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                await ExecuteAsync(connection, Lock, cancellationToken);
                await ExecuteAsync(connection, await ScriptAsync("postgresql-schema.sql", cancellationToken), cancellationToken);
                await ExecuteAsync(connection, await ScriptAsync("postgresql-lease.sql", cancellationToken), cancellationToken);
            },
            cancellationToken);

    /// <exception cref="JobStoreException">The tables are of a newer version than this program.</exception>
    public static void Check(Part part, int there)
    {
        if (there > part.Newest)
            throw new JobStoreException($"The tables '{part.Name}' in the schema scailfin have version {there}; "
                + $"this program knows versions up to {part.Newest}. Run the newer program.");
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, Part part, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(max(version), 0) FROM scailfin.schema_version WHERE part = $1", connection);
        command.Parameters.Add(Parameters.Text(part.Name));
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string script, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The command's text is a constant, or a file of this assembly.
        await using var command = new NpgsqlCommand(script, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string> ScriptAsync(string name, CancellationToken cancellationToken)
    {
        await using Stream script = typeof(Migrations).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(script);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Tables that are upgraded together.</summary>
    /// <param name="Name">The name of the tables in <c>schema_version</c>.</param>
    /// <param name="Versions">The scripts that lead to each version, from 1.</param>
    internal sealed record Part(string Name, IReadOnlyList<string[]> Versions)
    {
        public int Newest => Versions.Count;
    }
}
