using Scailfin.Core.Jobs;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>A role that may use REANA's tables and make none.</summary>
internal static class LimitedRole
{
    private const string Password = "l1mited";

    public static async Task<TestDatabase> MakeDatabaseAsync(PostgreSqlServer server)
    {
        TestDatabase database = await TestDatabase.ReanaAsync(server);
        await database.SqlAsync(
            $"CREATE ROLE {Role(database)} LOGIN PASSWORD '{Password}'; GRANT USAGE ON SCHEMA __reana TO {Role(database)}; "
            + $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA __reana TO {Role(database)}");
        return database;
    }

    public static PostgreSqlOptions Options(TestDatabase database) => database.Options(Role(database), Password);

    public static string Role(TestDatabase database) => $"limited_{database.Name}";

    /// <summary>What is read back from REANA's own columns.</summary>
    public static Job Kept(Job job)
    {
        var unique = new OrderedDictionary<string, string>();
        foreach ((string name, string value) in job.Spec.Environment)
            unique[name] = value;
        return job with
        {
            Owner = "11111111-1111-1111-1111-111111111111",
            Spec = job.Spec with
            {
                WorkflowWorkspace = "/var/reana/users/1/w",
                Timeout = TimeSpan.FromDays(7),
                BackendFields = BackendFields.None,
                Environment = [.. unique],
            },
            Reason = "",
            AttemptNumber = 1,
            Handle = job.Handle is { } handle ? new BackendHandle(handle.Id) : null,
            FinishedAt = job.Status == JobStatus.Stopped ? null : job.FinishedAt,
            Evidence = null,
            Stop = null,
            RequestDigest = null,
            Released = job.Status.IsTerminal(),
        };
    }
}
