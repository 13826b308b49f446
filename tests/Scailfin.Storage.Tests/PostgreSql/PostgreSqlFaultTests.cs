using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>A server that goes and comes back: a server of its own for each test.</summary>
public sealed class PostgreSqlFaultTests : IAsyncLifetime
{
    private readonly string _spool = Directory.CreateTempSubdirectory("scailfin-spool-").FullName;
    private PostgreSqlServer? _server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgreSqlServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PostgreSqlServer.StartOwnAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_spool, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commits_that_a_dying_server_cuts_are_replayed_in_their_order_and_nothing_is_doubled(bool reana)
    {
        await using TestDatabase database = reana ? await TestDatabase.ReanaAsync(Server) : await TestDatabase.EmptyAsync(Server);
        PostgreSqlJobStore store = await database.OpenAsync();
        var journal = new JobJournal(
            store, new LogSpool(Path.Combine(_spool, "logs")), TimeProvider.System, NullLogger<JobJournal>.Instance);
        var jobs = new List<Job>();
        for (int death = 0; death < 3; death++)
        {
            for (int i = 0; i < 60; i++)
            {
                jobs.Add(Live(journal, i + (death * 60)));
                if (i == 20)
                    await Eventually.TrueAsync(() => journal.Length < 40, "commits are under way");
                if (i == 30)
                    await Server.StopAsync();
            }

            await Server.StartAsync();
        }

        await Eventually.TrueAsync(() => journal.Length == 0, "all writes are durable");
        await journal.DisposeAsync();
        Assert.Null(journal.Away);
        IReadOnlyList<Job> stored = await store.ListAsync(TestDatabase.Workflow, Cancellation);
        Assert.Equal(jobs.Select(job => job.Id), stored.Select(job => job.Id));
        Assert.All(stored, job => Assert.Equal((JobStatus.Finished, true), (job.Status, job.Released)));
        foreach (Job job in jobs)
        {
            Assert.Equal($"log of {job.Id}", await store.ReadLogsAsync(job.Id, Cancellation));
            Assert.Equal(
                ["accepted", "running", "finished"], (await store.ReadTimelineAsync(job.Id, Cancellation)).Select(entry => entry.Event));
        }

        if (reana)
        {
            string[] lines =
                (await database.SqlAsync($"SELECT logs FROM __reana.workflow WHERE id_ = '{TestDatabase.Workflow}'")).Split('\n');
            Assert.Equal(jobs.Select(job => $"line of {job.Id}"), lines);
        }
    }

    [Fact]
    public async Task A_server_that_stands_still_is_given_up_in_time_and_used_again_when_it_goes_on()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(Server);
        PostgreSqlJobStore store = await database.OpenAsync();
        Job job = Specs.NewJob();
        StoreWrite[] group =
        [
            new StoreWrite.Insert(job, [Jobs.Entry("accepted")]), new StoreWrite.AppendWorkflowLog(TestDatabase.Workflow, "\nline"),
        ];
        await store.ListAsync(null, Cancellation);
        Server.Pause();
        JobStoreUnavailableException away = await Assert.ThrowsAsync<JobStoreUnavailableException>(
            () => Eventually.EndAsync(store.CommitAsync(group, Cancellation), "the server is given up"));
        Assert.DoesNotContain(Server.Password, away.ToString(), StringComparison.Ordinal);
        Server.Resume();

        // The first try may be made now, after we gave it up: it was on its way.
        await store.CommitAsync(group, Cancellation);
        await store.CommitAsync([group[0]], Cancellation);
        Assert.Single(await store.ListAsync(null, Cancellation));
        Assert.Single(await store.ReadTimelineAsync(job.Id, Cancellation));
        Assert.Equal("\nline|", await database.SqlAsync("SELECT logs || '|' FROM __reana.workflow"));
    }

    [Fact]
    public async Task A_lease_is_kept_while_the_database_is_away_and_can_be_waited_for()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(Server);
        var time = new CountedTime();
        await using var lease = new PostgreSqlLease(database.Connect(), time, NullLogger<PostgreSqlLease>.Instance);
        await Server.StopAsync();
        Task acquiring = lease.AcquireAsync(Cancellation);
        await time.TriedAgainAsync(2);
        Assert.False(acquiring.IsCompleted);
        await Server.StartAsync();
        await time.PassAsync(() => acquiring.IsCompleted, "the lease is had");
        await acquiring;

        await Server.StopAsync();
        await time.TriedAgainAsync(20);
        Assert.False(lease.Lost.IsCompleted);
        await Server.StartAsync();
        await database.SqlAsync("UPDATE scailfin.lease SET expires_at = now() + interval '1 second'");
        await time.PassAsync(
            async () => await database.SqlAsync("SELECT expires_at > now() + interval '5 seconds' FROM scailfin.lease") == "t",
            "the lease is renewed");
        Assert.False(lease.Lost.IsCompleted);
    }

    /// <summary>The whole life of a job, in writes that nobody waits for.</summary>
    private static Job Live(JobJournal journal, int place)
    {
        Job job = Specs.NewJob() with { CreatedAt = Jobs.Time.AddSeconds(place) };
        Job running = job with { Status = JobStatus.Running, StartedAt = Jobs.Time };
        Job finished = running with { Status = JobStatus.Finished, FinishedAt = Jobs.Time };
        journal.Enqueue(new StoreWrite.Insert(job, [Jobs.Entry("accepted")]));
        journal.Enqueue(new StoreWrite.Change(running, JobStatus.Queued, [Jobs.Entry("running")]));
        string text = $"{(place == 0 ? "" : "\n")}line of {job.Id}";
        journal.Enqueue(new StoreWrite.AppendWorkflowLog(job.Spec.WorkflowUuid, text));
        journal.Enqueue(new StoreWrite.Change(finished, JobStatus.Running, [Jobs.Entry("finished")], $"log of {job.Id}"));
        journal.Enqueue(new StoreWrite.Change(finished with { Released = true }, JobStatus.Finished, []));
        return job;
    }
}
