using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>REANA's schema as other releases make it (contract G.1, G.7), and what a role may do in it.</summary>
public sealed class ReanaGenerationsTests(PostgreSqlServer server)
{
    private const string DropDeleted = "ALTER TABLE __reana.job DROP COLUMN deleted;";
    private const string DropCache = "DROP TABLE __reana.job_cache;";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DropDeleted)]
    [InlineData(DropCache)]
    [InlineData("ALTER TABLE __reana.workflow ADD COLUMN compute_backends text[]; ALTER TABLE __reana.job ADD COLUMN more text;")]
    [InlineData(
        "ALTER TABLE __reana.job ALTER COLUMN cmd TYPE jsonb USING cmd::jsonb, ALTER COLUMN env_vars TYPE jsonb USING env_vars::jsonb;")]
    public async Task Columns_and_tables_that_go_or_come_do_not_matter(string variant)
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server, variant);
        await AssertWorksAsync(await database.OpenAsync());
    }

    [Fact]
    public async Task The_enum_types_may_be_in_REANA_s_schema_too()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(
            server, change: schema => schema.Replace("public.", "__reana.", StringComparison.Ordinal));
        await AssertWorksAsync(await database.OpenAsync());
    }

    [Fact]
    public async Task A_column_that_goes_while_we_run_is_noticed_and_nothing_is_lost()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server);
        PostgreSqlJobStore store = await database.OpenAsync();
        await AssertWorksAsync(store);
        await database.SqlAsync(DropDeleted);
        await AssertWorksAsync(store);
    }

    [Fact]
    public async Task A_role_that_may_make_no_tables_works_and_the_operator_is_told()
    {
        await using TestDatabase database = await LimitedRole.MakeDatabaseAsync(server);
        PostgreSqlJobStore store = await database.OpenAsync(LimitedRole.Options(database));
        await AssertWorksAsync(store);
        Assert.False(store.Traits.KeepsRequests);
        Assert.Contains("scailfin", store.Traits.Limitation, StringComparison.Ordinal);
        Assert.Equal("f", await database.SqlAsync("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'scailfin')"));
    }

    [Fact]
    public async Task Tables_that_somebody_else_made_are_used_where_the_role_may_use_them_only()
    {
        await using TestDatabase database = await LimitedRole.MakeDatabaseAsync(server);
        await database.OpenAsync();
        PostgreSqlJobStore refused = await database.OpenAsync(LimitedRole.Options(database));
        Assert.False(refused.Traits.KeepsRequests);
        string role = LimitedRole.Role(database);
        await database.SqlAsync(
            $"GRANT USAGE ON SCHEMA scailfin TO {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA scailfin TO {role}");
        PostgreSqlJobStore allowed = await database.OpenAsync(LimitedRole.Options(database));
        Assert.True(allowed.Traits.KeepsRequests);
        await AssertWorksAsync(allowed);
    }

    [Fact]
    public async Task A_role_that_loses_its_rights_waits_for_them_and_loses_no_write()
    {
        await using TestDatabase database = await LimitedRole.MakeDatabaseAsync(server);
        PostgreSqlJobStore store = await database.OpenAsync(LimitedRole.Options(database));
        await database.SqlAsync($"REVOKE INSERT ON __reana.job FROM {LimitedRole.Role(database)}");
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => store.CommitAsync(
            [new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation));
        await database.SqlAsync($"GRANT INSERT ON __reana.job TO {LimitedRole.Role(database)}");
        await AssertWorksAsync(store);
    }

    [Fact]
    public async Task Our_own_layout_needs_the_right_to_make_it_and_says_so()
    {
        await using TestDatabase database = await LimitedRole.MakeDatabaseAsync(server);
        PostgreSqlOptions options = LimitedRole.Options(database);
        options.Layout = PostgreSqlLayout.Own;
        JobStoreException refusal = await Assert.ThrowsAsync<JobStoreException>(() => database.OpenAsync(options));
        Assert.Contains("Grant it CREATE", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(options.Password!, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_layout_can_be_had_beside_REANA_s()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server);
        await AssertWorksAsync(await database.OpenAsync(database.Options(layout: PostgreSqlLayout.Own)));
        Assert.Equal("1|0", await database.SqlAsync("SELECT (SELECT count(*) FROM scailfin.job), (SELECT count(*) FROM __reana.job)"));
        await AssertWorksAsync(await database.OpenAsync());
    }

    [Fact]
    public async Task REANA_s_layout_that_is_not_there_yet_is_waited_for()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => database.OpenAsync(database.Options(layout: PostgreSqlLayout.Reana)));
    }

    [Fact]
    public async Task Many_instances_that_start_together_make_the_tables_once()
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server);
        PostgreSqlJobStore[] stores =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => database.OpenAsync(), Cancellation)));
        Assert.All(stores, store => Assert.True(store.Traits.KeepsRequests));
        Assert.Equal("reana|1", await database.SqlAsync("SELECT part, version FROM scailfin.schema_version"));
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_left_alone()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        await database.OpenAsync();
        await database.SqlAsync("UPDATE scailfin.schema_version SET version = 99");
        JobStoreException refusal = await Assert.ThrowsAsync<JobStoreException>(() => database.OpenAsync());
        Assert.Contains("99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_without_tables_reads_as_empty()
    {
        await using TestDatabase database = await TestDatabase.EmptyAsync(server);
        PostgreSqlJobStore waiting = database.NewStore();
        Assert.Empty(await waiting.ListAsync(null, Cancellation));
        Assert.Null(await waiting.FindAsync(JobId.New(), Cancellation));
        Job job = Specs.NewJob();
        await (await database.OpenAsync()).CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        Assert.NotNull(await waiting.FindAsync(job.Id, Cancellation));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(DropCache, false)]
    public async Task The_job_cache_gives_its_first_row_where_there_is_one(string variant, bool kept)
    {
        await using TestDatabase database = await TestDatabase.ReanaAsync(server, variant);
        Job job = Specs.NewJob();
        await (await database.OpenAsync()).CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        if (kept)
        {
            await database.SqlAsync(
                "INSERT INTO __reana.job_cache (id_, job_id, parameters, result_path, workspace_hash, created, updated) "
                + $"VALUES ('{Guid.NewGuid()}', '{job.Id}', 'p', '/r', 'h', now(), now())");
        }

        var cache = new PostgreSqlJobCache(database.Connect());
        Assert.Equal(kept ? (job.Id, "/r") : null, await cache.FindCachedAsync("p", "h", Cancellation));
        Assert.Null(await cache.FindCachedAsync("p", "other", Cancellation));
    }

    private static async Task AssertWorksAsync(PostgreSqlJobStore store)
    {
        Job job = Specs.NewJob(Specs.Valid("echo é"));
        Assert.Equal(
            [true, true],
            await store.CommitAsync(
                [
                    new StoreWrite.Insert(job, []),
                    new StoreWrite.Change(job with { Status = JobStatus.Running, StartedAt = Jobs.Time }, JobStatus.Queued, [], "log"),
                ],
                Cancellation));
        Job stored = (await store.FindAsync(job.Id, Cancellation))!;
        Assert.Equal((JobStatus.Running, "echo é", Jobs.Time), (stored.Status, stored.Spec.Command, stored.StartedAt));
        Assert.Equal("log", await store.ReadLogsAsync(job.Id, Cancellation));
    }
}
