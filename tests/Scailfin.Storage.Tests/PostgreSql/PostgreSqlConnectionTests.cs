using System.Net;
using System.Net.Sockets;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>How connections are used: few, briefly, and with few round trips.</summary>
public sealed class PostgreSqlConnectionTests(PostgreSqlServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_services_that_wrote_once_hold_no_connection_a_moment_later()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        await database.OpenAsync();
        await Parallel.ForAsync(
            0,
            1000,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation },
            async (_, cancelled) =>
            {
                PostgreSqlJobStore store;
                lock (database)
                    store = database.NewStore();
                await store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], cancelled);
            });
        Assert.Equal("1000", await database.SqlAsync("SELECT count(*) FROM scailfin.job"));
        await Eventually.TrueAsync(async () => await ConnectionsAsync(database) == "0", "all idle connections are closed");
    }

    [Fact]
    public async Task A_commit_is_one_round_trip_and_the_life_of_a_job_keeps_the_budget()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server);
        await database.OpenAsync();
        PostgreSqlDatabase connection = database.Connect();
        var store = new PostgreSqlJobStore(connection, TestDatabase.Backends, TimeProvider.System);
        await store.InitializeAsync(Cancellation);
        Assert.Equal(2, connection.RoundTrips);

        Job job = Specs.NewJob() with { Status = JobStatus.Created };
        Job queued = job with { Status = JobStatus.Queued };
        Job running = queued with { Status = JobStatus.Running, StartedAt = Jobs.Time };
        Job finished = running with { Status = JobStatus.Finished, FinishedAt = Jobs.Time };
        await store.CommitAsync([new StoreWrite.Insert(job, [Jobs.Entry("accepted")])], Cancellation);
        await store.CommitAsync([new StoreWrite.Change(queued, JobStatus.Created, [Jobs.Entry("submitted")])], Cancellation);
        await store.CommitAsync([new StoreWrite.Change(running, JobStatus.Queued, [Jobs.Entry("running")])], Cancellation);
        await store.CommitAsync([new StoreWrite.Change(finished, JobStatus.Running, [Jobs.Entry("finished")], "log")], Cancellation);
        await store.CommitAsync([new StoreWrite.Change(finished with { Released = true }, JobStatus.Finished, [])], Cancellation);
        Assert.Equal(2 + 5, connection.RoundTrips);
        await store.CommitAsync([.. Enumerable.Range(0, 256).Select(_ => new StoreWrite.Insert(Specs.NewJob(), []))], Cancellation);
        Assert.Equal(2 + 6, connection.RoundTrips);
        await store.CommitAsync([new StoreWrite.Forget(job.Id)], Cancellation);
        Assert.Equal(2 + 6, connection.RoundTrips);
    }

    [Fact]
    public async Task A_connection_says_who_it_is_and_leaves_no_transaction_open()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        PostgreSqlJobStore store = await database.OpenAsync();
        await store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation);
        string seen = await database.SqlAsync(
            $"SELECT application_name, state FROM pg_stat_activity WHERE datname = '{database.Name}' AND pid <> pg_backend_pid()");
        Assert.True(seen is "scailfin|idle" or "", seen);
    }

    [Fact]
    public async Task A_wrong_password_is_waited_out_and_never_shown()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        const string wrong = "n0t-the-passw0rd";
        JobStoreUnavailableException refusal = await Assert.ThrowsAsync<JobStoreUnavailableException>(
            () => database.OpenAsync(database.Options(password: wrong)));
        Assert.Contains(database.Name, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_hangs_up_is_away()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new PostgreSqlOptions { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndPoint!).Port, Password = "s3cret" };
        await using var database = new PostgreSqlDatabase(options);
        var store = new PostgreSqlJobStore(database, TestDatabase.Backends, TimeProvider.System);
        await AssertAwayAsync(store);
        listener.Listen();
        Task hangingUp = Task.Run(
            async () =>
            {
                for (int i = 0; i < 2; i++)
                    (await listener.AcceptAsync(Cancellation)).Dispose();
            },
            Cancellation);
        await AssertAwayAsync(store);
        listener.Close();
        await Task.WhenAny(hangingUp);
    }

    private static async Task AssertAwayAsync(PostgreSqlJobStore store)
    {
        JobStoreUnavailableException away = await Assert.ThrowsAsync<JobStoreUnavailableException>(
            () => store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation));
        Assert.DoesNotContain("s3cret", away.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => store.ListAsync(null, Cancellation));
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => store.InitializeAsync(Cancellation));
    }

    private static Task<string> ConnectionsAsync(TestDatabase database) =>
        database.SqlAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'scailfin'");
}
