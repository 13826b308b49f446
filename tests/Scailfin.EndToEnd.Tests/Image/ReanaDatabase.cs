using Scailfin.Testing.PostgreSql;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>A database with REANA's tables, as reana-db makes them, and one running workflow.</summary>
internal static class ReanaDatabase
{
    public static async Task<string> CreateAsync(PostgreSqlServer server, string workflow)
    {
        using var reader = new StreamReader(typeof(ReanaDatabase).Assembly.GetManifestResourceStream("reana-schema.sql")!);
        const string Now = "now() at time zone 'utc'";
        return await server.CreateDatabaseAsync(
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken)
            + "INSERT INTO __reana.workflow (id_, name, status, logs, created, updated) "
            + $"VALUES ('{workflow}', 'w', 'running', 'begin', {Now}, {Now})");
    }
}
