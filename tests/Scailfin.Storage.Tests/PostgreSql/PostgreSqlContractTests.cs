using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

public abstract class PostgreSqlContract(PostgreSqlServer server) : JobStoreContract
{
    private TestDatabase? _database;

    protected PostgreSqlServer Server => server;

    protected override async Task<IJobStore> NewStoreAsync()
    {
        _database ??= await MakeAsync();
        return _database.NewStore(Options(_database));
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private protected virtual PostgreSqlOptions Options(TestDatabase database) => database.Options();

    private protected abstract Task<TestDatabase> MakeAsync();
}

public sealed class PostgreSqlOwnContractTests(PostgreSqlServer server) : PostgreSqlContract(server)
{
    private protected override Task<TestDatabase> MakeAsync() => TestDatabase.EmptyAsync(Server);
}

public abstract class PostgreSqlReanaContract(PostgreSqlServer server) : PostgreSqlContract(server)
{
    protected override bool Forgets => false;

    /// <summary>The workflow does not exist (contract G.2: a foreign key).</summary>
    protected override Job BadJob() => Specs.NewJob(Specs.Valid() with { WorkflowUuid = Guid.NewGuid() });
}

public sealed class PostgreSqlReanaContractTests(PostgreSqlServer server) : PostgreSqlReanaContract(server)
{
    private protected override Task<TestDatabase> MakeAsync() => TestDatabase.ReanaAsync(Server);
}

/// <summary>A role that may not make tables: only what REANA's own columns hold comes back.</summary>
public sealed class PostgreSqlReanaWithoutOwnTablesContractTests(PostgreSqlServer server) : PostgreSqlReanaContract(server)
{
    protected override Job Kept(Job job) => LimitedRole.Kept(base.Kept(job));

    private protected override PostgreSqlOptions Options(TestDatabase database) => LimitedRole.Options(database);

    private protected override Task<TestDatabase> MakeAsync() => LimitedRole.MakeDatabaseAsync(Server);
}
