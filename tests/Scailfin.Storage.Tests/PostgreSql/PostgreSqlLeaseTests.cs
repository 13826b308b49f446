using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

public sealed class PostgreSqlLeaseTests(PostgreSqlServer server) : IAsyncLifetime
{
    private const string Expire = "UPDATE scailfin.lease SET expires_at = now() - interval '1 second'";

    /// <summary>It lasts 15 s by the server's clock, which a test on a busy machine may take.</summary>
    private const string Prolong = "UPDATE scailfin.lease SET expires_at = now() + interval '1 day'";

    private readonly CountedTime _time = new();
    private TestDatabase? _database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.EmptyAsync(server);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    [Fact]
    public async Task A_free_lease_is_had_at_once_and_makes_its_own_table()
    {
        string before = await Database.SqlAsync("SELECT now()");
        await using PostgreSqlLease lease = await AcquiredAsync();
        Assert.Equal(
            "1|t",
            await Database.SqlAsync($"SELECT epoch, expires_at - interval '15 seconds' BETWEEN '{before}' AND now() FROM scailfin.lease"));
        PostgreSqlJobStore store = await StoreAsync(lease);
        Assert.True(await InsertAsync(store));
    }

    [Fact]
    public async Task A_second_instance_waits_until_the_first_lets_go()
    {
        PostgreSqlLease first = await AcquiredAsync();
        await Database.SqlAsync(Prolong);
        var time = new CountedTime();
        await using PostgreSqlLease second = NewLease(time);
        Task waiting = second.AcquireAsync(Cancellation);
        await time.TriedAgainAsync(3);
        Assert.False(waiting.IsCompleted);
        await first.DisposeAsync();
        await time.PassAsync(() => waiting.IsCompleted, "the lease is had");
        await waiting;
        Assert.Equal("2", await Database.SqlAsync("SELECT epoch FROM scailfin.lease"));
        Assert.False(first.Lost.IsCompleted);
    }

    [Fact]
    public async Task An_expired_lease_is_taken_and_its_holder_can_write_no_more()
    {
        await using PostgreSqlLease first = await AcquiredAsync();
        PostgreSqlJobStore stale = await StoreAsync(first);
        Assert.True(await InsertAsync(stale));
        await Database.SqlAsync(Expire);
        Assert.True(await InsertAsync(stale), "nobody has taken it yet");

        await using PostgreSqlLease second = await AcquiredAsync();
        JobStoreException refusal = await Assert.ThrowsAsync<JobStoreException>(() => InsertAsync(stale));
        Assert.Contains("lease", refusal.Message, StringComparison.Ordinal);
        await Eventually.EndAsync(first.Lost, "the first has noticed");
        await Assert.ThrowsAsync<JobStoreException>(() => InsertAsync(stale));
        Assert.True(await InsertAsync(await StoreAsync(second)));
        Assert.Equal("3", await Database.SqlAsync("SELECT count(*) FROM scailfin.job"));
    }

    [Fact]
    public async Task A_holder_that_cannot_renew_knows_in_time_that_another_may_have_it()
    {
        await using PostgreSqlLease lease = await AcquiredAsync();
        Assert.True(lease.IsHeld);
        await Database.SqlAsync("ALTER TABLE scailfin.lease RENAME TO lease_away");
        _time.Advance(TimeSpan.FromSeconds(13));
        Assert.False(lease.IsHeld);
        await Database.SqlAsync("ALTER TABLE scailfin.lease_away RENAME TO lease");
        await _time.PassAsync(() => lease.IsHeld, "it is renewed");
    }

    [Fact]
    public async Task A_takeover_that_is_under_way_is_waited_for_and_fails_the_commit()
    {
        await using PostgreSqlLease lease = await AcquiredAsync();
        PostgreSqlJobStore store = await StoreAsync(lease);
        await store.ListAsync(null, Cancellation);
        await using NpgsqlConnection other = await ConnectAsync();
        await using NpgsqlTransaction takeover = await other.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(other, "UPDATE scailfin.lease SET holder = 'other', epoch = epoch + 1");
        Task<bool> commit = InsertAsync(store);
        await Eventually.TrueAsync(async () => await WaitsForLockAsync("FOR SHARE"), "the commit waits for the row");
        await takeover.CommitAsync(Cancellation);
        await Assert.ThrowsAsync<JobStoreException>(() => commit);
        Assert.Equal("0", await Database.SqlAsync("SELECT count(*) FROM scailfin.job"));
    }

    [Fact]
    public async Task A_renewal_that_finds_another_holder_ends_the_lease_and_one_that_does_not_prolongs_it()
    {
        await using PostgreSqlLease lease = await AcquiredAsync();
        await Database.SqlAsync("UPDATE scailfin.lease SET expires_at = now() + interval '1 second'");
        await _time.PassAsync(
            async () => await Database.SqlAsync("SELECT expires_at > now() + interval '5 seconds' FROM scailfin.lease") == "t",
            "it is renewed");
        Assert.False(lease.Lost.IsCompleted);
        await Database.SqlAsync("UPDATE scailfin.lease SET holder = 'other', epoch = epoch + 1");
        await _time.PassAsync(() => lease.Lost.IsCompleted, "it is lost");
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_written()
    {
        await using PostgreSqlLease lease = NewLease();
        PostgreSqlJobStore store = await StoreAsync(lease);
        await Assert.ThrowsAsync<JobStoreException>(() => InsertAsync(store));
        Assert.Empty(await store.ListAsync(null, Cancellation));
    }

    [Fact]
    public async Task Only_one_of_many_that_ask_at_once_has_it()
    {
        var instances = Enumerable.Range(0, 8).Select(_ => new CountedTime()).Select(time => (Time: time, Lease: NewLease(time))).ToList();
        Dictionary<PostgreSqlLease, Task> asked = instances.ToDictionary(
            one => one.Lease, one => Task.Run(() => one.Lease.AcquireAsync(Cancellation), Cancellation));
        while (instances.Count > 0)
        {
            await Eventually.TrueAsync(
                () =>
                {
                    foreach ((CountedTime time, _) in instances)
                        time.Advance(TimeSpan.FromSeconds(1));
                    return asked.Values.Any(task => task.IsCompleted);
                },
                "the lease is had");
            await Database.SqlAsync(Prolong);
            PostgreSqlLease holder = asked.First(one => one.Value.IsCompleted).Key;
            foreach ((CountedTime time, PostgreSqlLease lease) in instances.Where(one => one.Lease != holder))
                await time.TriedAgainAsync(1);
            Assert.Equal([holder], asked.Where(one => one.Value.IsCompletedSuccessfully).Select(one => one.Key));
            asked.Remove(holder);
            instances.RemoveAll(one => one.Lease == holder);
            await holder.DisposeAsync();
        }

        Assert.Equal("8", await Database.SqlAsync("SELECT epoch FROM scailfin.lease"));
    }

    private async Task<bool> WaitsForLockAsync(string text) =>
        await Database.SqlAsync(
            "SELECT count(*) > 0 FROM pg_stat_activity "
                + $"WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%{text}%'") == "t";

    private PostgreSqlLease NewLease(CountedTime? time = null) =>
        new(Database.Connect(), time ?? _time, NullLogger<PostgreSqlLease>.Instance);

    private async Task<PostgreSqlLease> AcquiredAsync()
    {
        PostgreSqlLease lease = NewLease();
        await Eventually.EndAsync(lease.AcquireAsync(Cancellation), "the lease is had");
        return lease;
    }

    private async Task<PostgreSqlJobStore> StoreAsync(PostgreSqlLease lease)
    {
        var store = new PostgreSqlJobStore(Database.Connect(), TestDatabase.Backends, TimeProvider.System, lease);
        await store.InitializeAsync(Cancellation);
        return store;
    }

    private static async Task<bool> InsertAsync(PostgreSqlJobStore store)
    {
        Job job = Specs.NewJob();
        return (await store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation))[0];
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = server.Host,
            Port = server.Port,
            Database = Database.Name,
            Username = server.User,
            Password = server.Password,
            Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // constants of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
