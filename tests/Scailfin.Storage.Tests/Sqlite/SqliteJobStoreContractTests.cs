using Scailfin.Core.Storage;
using Scailfin.Storage.Sqlite;

namespace Scailfin.Storage.Tests.Sqlite;

public sealed class SqliteJobStoreContractTests : JobStoreContract
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-store-").FullName;
    private readonly List<SqliteJobStore> _stores = [];

    protected override Task<IJobStore> NewStoreAsync()
    {
        var store = new SqliteJobStore(Path.Combine(_directory, "jobs.sqlite"));
        _stores.Add(store);
        return Task.FromResult<IJobStore>(store);
    }

    protected override ValueTask CleanUpAsync()
    {
        _stores.ForEach(store => store.Dispose());
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
