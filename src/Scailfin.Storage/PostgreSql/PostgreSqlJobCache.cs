using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// REANA's table of results that could be used again. No program writes it, and REANA is about to remove it (contract C.14, G.7).
/// </summary>
public sealed class PostgreSqlJobCache
{
    private const string Query =
        "SELECT job_id, result_path FROM __reana.job_cache WHERE parameters = $1 AND workspace_hash = $2 AND result_path IS NOT NULL "
            + "ORDER BY created LIMIT 1";

    private const string UndefinedTable = "42P01";
    private const string UndefinedSchema = "3F000";
    private readonly PostgreSqlDatabase _database;

    internal PostgreSqlJobCache(PostgreSqlDatabase database) => _database = database;

    /// <summary>
    /// The first row of that request and that content of the workspace; null if there is none, or no such table.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">The database cannot be read now.</exception>
    public async Task<(JobId Job, string ResultPath)?> FindCachedAsync(
        string parameters, string workspaceHash, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = Parameters.Command(Query, Parameters.Text(parameters), Parameters.Text(workspaceHash));
        try
        {
            List<(JobId, string)> rows = await _database.QueryAsync(
                command, row => (new JobId(row.GetGuid(0)), row.GetString(1)), cancellationToken);
            return rows.Count == 0 ? null : rows[0];
        }
        catch (JobStoreException exception)
            when (exception.InnerException is { } inner && PostgreSqlErrors.Is(inner, UndefinedTable, UndefinedSchema))
        {
            return null;
        }
    }
}
