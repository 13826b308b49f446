using Scailfin.Core.JobManagers;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>One database of a test, and stores over it; all of them are disposed with it.</summary>
internal sealed class TestDatabase(PostgreSqlServer server, string name) : IAsyncDisposable
{
    /// <summary>The workflow of <see cref="Specs"/>.</summary>
    public static readonly Guid Workflow = Specs.Valid().WorkflowUuid;

    private static readonly string Rows =
        "INSERT INTO __reana.user_ VALUES ('11111111-1111-1111-1111-111111111111', 'a@b.c', NULL, NULL, now(), now()); "
        + "INSERT INTO __reana.workflow (id_, name, status, owner_id, workspace_path, created, updated) "
        + $"VALUES ('{Workflow}', 'w', 'running', '11111111-1111-1111-1111-111111111111', '/var/reana/users/1/w', now(), now());";

    private readonly List<PostgreSqlDatabase> _databases = [];

    public string Name => name;

    public PostgreSqlServer Server => server;

    public static JobManagerRegistry Backends { get; } = JobManagerRegistry.Create(
        [new NamedKind("kubernetes", "Kubernetes"), new NamedKind(Specs.Backend, Specs.Backend)], null);

    public static async Task<TestDatabase> EmptyAsync(PostgreSqlServer server) => new(server, await server.CreateDatabaseAsync());

    /// <summary>With REANA's tables, one user and one workflow.</summary>
    /// <param name="server">The server.</param>
    /// <param name="variant">Statements that make it another generation's.</param>
    /// <param name="change">What changes REANA's schema file before it is run.</param>
    public static async Task<TestDatabase> ReanaAsync(PostgreSqlServer server, string variant = "", Func<string, string>? change = null)
    {
        using Stream file = typeof(TestDatabase).Assembly.GetManifestResourceStream("reana-schema.sql")!;
        using var reader = new StreamReader(file);
        string schema = await reader.ReadToEndAsync();
        return new TestDatabase(server, await server.CreateDatabaseAsync((change?.Invoke(schema) ?? schema) + Rows + variant));
    }

    public Task<string> SqlAsync(string script) => server.SqlAsync(name, script);

    public PostgreSqlOptions Options(
        string? user = null, string? password = null, int pool = 1, PostgreSqlLayout layout = PostgreSqlLayout.Auto) =>
        new()
        {
            Host = server.Host,
            Port = server.Port,
            Database = name,
            User = user ?? server.User,
            Password = password ?? server.Password,
            PoolSize = pool,
            Layout = layout,
        };

    public PostgreSqlDatabase Connect(PostgreSqlOptions? options = null)
    {
        var database = new PostgreSqlDatabase(options ?? Options());
        _databases.Add(database);
        return database;
    }

    public PostgreSqlJobStore NewStore(PostgreSqlOptions? options = null, TimeProvider? time = null) =>
        new(Connect(options), Backends, time ?? TimeProvider.System);

    public async Task<PostgreSqlJobStore> OpenAsync(PostgreSqlOptions? options = null, TimeProvider? time = null)
    {
        PostgreSqlJobStore store = NewStore(options, time);
        await store.InitializeAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PostgreSqlDatabase database in _databases)
            await database.DisposeAsync();
    }

    /// <summary>A kind whose backend has a display name.</summary>
    private sealed class NamedKind(string name, string stored) : IJobManagerKind
    {
        public string Name => name;

        public string StoredName(string backend) => stored;

        public bool CanWorkHere() => true;

        public IJobManager Create(string backend, BackendOptions options) => new ScriptedJobManager();
    }
}
