using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>Behind a transaction pooler, whose server connections are other services' a moment later (contract F.3).</summary>
public sealed class PostgreSqlThroughPgBouncerContractTests(PostgreSqlServer server) : PostgreSqlReanaContract(server)
{
    private PgBouncer? _bouncer;

    [Fact]
    public async Task Services_that_share_two_connections_do_not_disturb_each_other()
    {
        Job[] jobs = [.. Enumerable.Range(0, 60).Select(_ => Specs.NewJob())];
        IJobStore[] stores = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => NewStoreAsync()));
        await Task.WhenAll(stores.Select((store, own) => Task.Run(
            async () =>
            {
                foreach (Job job in jobs.Where((_, index) => index % stores.Length == own))
                {
                    Job running = job with { Status = JobStatus.Running, StartedAt = Jobs.Time };
                    Assert.Equal(
                        [true, true],
                        await store.CommitAsync(
                            [
                                new StoreWrite.Insert(job, [Jobs.Entry("a")]),
                                new StoreWrite.Change(running, JobStatus.Queued, [Jobs.Entry("b")], "log"),
                            ],
                            Cancellation));
                }
            },
            Cancellation)));
        IReadOnlyList<Job> stored = await Store.ListAsync(jobs[0].Spec.WorkflowUuid, Cancellation);
        Assert.Equal(60, stored.Count);
        Assert.All(stored, job => Assert.Equal(JobStatus.Running, job.Status));
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_bouncer is not null)
            await _bouncer.DisposeAsync();
        await base.CleanUpAsync();
    }

    private protected override PostgreSqlOptions Options(TestDatabase database)
    {
        PostgreSqlOptions options = base.Options(database);
        (options.Host, options.Port) = (_bouncer!.Host, _bouncer.Port);
        return options;
    }

    private protected override async Task<TestDatabase> MakeAsync()
    {
        TestDatabase database = await TestDatabase.ReanaAsync(Server);
        _bouncer = await PgBouncer.StartAsync(Server, database.Name);
        return database;
    }
}
