using Microsoft.Data.Sqlite;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.Sqlite;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests.Sqlite;

/// <summary>What is SQLite's own; the rest is in <see cref="SqliteJobStoreContractTests"/>.</summary>
public sealed class SqliteJobStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-store-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_store_whose_file_is_missing_or_empty_reads_as_empty_and_is_not_made_by_reading()
    {
        using var missing = new SqliteJobStore(PathOf("missing.sqlite"));
        await AssertEmptyAsync(missing);
        Assert.False(File.Exists(PathOf("missing.sqlite")));
        await File.WriteAllBytesAsync(PathOf("empty.sqlite"), [], Cancellation);
        using var empty = new SqliteJobStore(PathOf("empty.sqlite"));
        await AssertEmptyAsync(empty);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_says_so_and_stores_nothing()
    {
        using var nowhere = new SqliteJobStore(PathOf("no/such/directory/jobs.sqlite"));
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => nowhere.CommitAsync(
            [new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation));
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("replaced")]
    [InlineData("overwritten")]
    public async Task A_file_that_is_another_one_now_takes_no_writes_until_the_right_one_is_back(string what)
    {
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        await store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation);
        File.Move(PathOf("jobs.sqlite"), PathOf("kept"));
        if (what == "replaced")
        {
            File.Copy(PathOf("kept"), PathOf("jobs.sqlite"));
        }
        else if (what == "overwritten")
        {
            File.Copy(PathOf("kept"), PathOf("copy"));
            File.Move(PathOf("kept"), PathOf("jobs.sqlite"));
            await File.WriteAllTextAsync(PathOf("jobs.sqlite"), "another file's content", Cancellation);
        }

        var refused = await Assert.ThrowsAsync<JobStoreUnavailableException>(
            () => store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation));
        Assert.Contains($"{PathOf("jobs.sqlite")} was {what}", refused.Message, StringComparison.Ordinal);
        if (what == "overwritten")
            return;
        File.Move(PathOf("kept"), PathOf("jobs.sqlite"), overwrite: true);
        await store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation);
        Assert.Equal(2, (await store.ListAsync(null, Cancellation)).Count);
    }

    [Fact]
    public async Task Without_its_lock_file_an_instance_writes_nothing()
    {
        await using var lease = new FileLease(PathOf("jobs.lock"), TimeProvider.System);
        await lease.AcquireAsync(Cancellation);
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"), lease);
        await store.InitializeAsync(Cancellation);
        await store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation);
        File.Delete(PathOf("jobs.lock"));
        await using var second = new FileLease(PathOf("jobs.lock"), TimeProvider.System);
        await second.AcquireAsync(Cancellation);
        Assert.Equal((false, true), (lease.IsHeld, second.IsHeld));
        var refused = await Assert.ThrowsAsync<JobStoreUnavailableException>(
            () => store.CommitAsync([new StoreWrite.Insert(Specs.NewJob(), [])], Cancellation));
        Assert.Contains(PathOf("jobs.lock"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_refused_with_both_versions()
    {
        using (var store = new SqliteJobStore(PathOf("jobs.sqlite")))
            await store.InitializeAsync(Cancellation);
        Execute("PRAGMA user_version=3");
        using var next = new SqliteJobStore(PathOf("jobs.sqlite"));
        var refused = await Assert.ThrowsAsync<JobStoreUnavailableException>(() => next.InitializeAsync(Cancellation));
        Assert.Contains("version 3, but this program knows version 2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec", "{")]
    [InlineData("status", "dancing")]
    [InlineData("workflow_uuid", "soon")]
    public async Task A_damaged_row_is_left_aside_and_the_others_are_read(string column, string content)
    {
        Job damaged = Specs.NewJob();
        Job sound = Specs.NewJob();
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        await store.CommitAsync([new StoreWrite.Insert(damaged, []), new StoreWrite.Insert(sound, [])], Cancellation);
        Execute($"UPDATE job SET {column} = '{content}' WHERE id = '{damaged.Id}'");
        Assert.Equal(sound.Id, Assert.Single(await store.ListAsync(null, Cancellation)).Id);
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_file()
    {
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("jobs.sqlite")));
    }

    [Fact]
    public async Task Tables_of_version_1_are_upgraded_and_their_doubled_entries_removed()
    {
        Job job = Jobs.Full();
        using (var store = new SqliteJobStore(PathOf("jobs.sqlite")))
        {
            await store.InitializeAsync(Cancellation);
            await store.CommitAsync([new StoreWrite.Insert(job, [Jobs.Entry("accepted")])], Cancellation);
        }

        Execute(
            "ALTER TABLE job DROP COLUMN request_digest; DROP INDEX job_event_once; "
            + "INSERT INTO job_event (job_id, at, attempt, event, detail) SELECT job_id, at, attempt, event, 'again' FROM job_event");
        using var next = new SqliteJobStore(PathOf("jobs.sqlite"));
        await next.InitializeAsync(Cancellation);
        Jobs.AssertSame(job with { RequestDigest = null }, await next.FindAsync(job.Id, Cancellation));
        Assert.Equal([Jobs.Entry("accepted")], await next.ReadTimelineAsync(job.Id, Cancellation));
        Assert.Equal([true], await next.CommitAsync([new StoreWrite.Change(job, job.Status, [Jobs.Entry("accepted")])], Cancellation));
        Assert.Single(await next.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_row_only_names_the_file_of_long_texts_and_is_read_back_with_them()
    {
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        Job job = Jobs.Full() with { Spec = Long };
        Job kept = job with { Spec = await store.Specs.KeepAsync(job.Id, Long, Cancellation) };
        await store.CommitAsync([new StoreWrite.Insert(kept, [])], Cancellation);
        Assert.DoesNotContain("echo long", Text("SELECT spec FROM job"), StringComparison.Ordinal);
        Jobs.AssertSame(job, await store.FindAsync(job.Id, Cancellation));
        Assert.Equal(kept.Spec.Kept, Assert.Single(await store.ListAsync(null, store.Specs, Cancellation)).Spec.Kept);
    }

    [Fact]
    public async Task Long_texts_in_a_row_of_an_earlier_version_are_moved_to_a_file_when_the_jobs_are_loaded()
    {
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        Job job = Jobs.Full() with { Spec = Long };
        await store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        Assert.Contains("echo long", Text("SELECT spec FROM job"), StringComparison.Ordinal);
        Job loaded = Assert.Single(await store.ListAsync(null, store.Specs, Cancellation));
        Assert.Equal(loaded.Spec.Kept?.Name, Path.GetFileName(Assert.Single(Directory.GetFiles(PathOf("specs")))));
        Jobs.AssertSame(job, loaded);
    }

    [Theory]
    [InlineData("../jobs.sqlite")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task A_row_that_names_another_file_is_a_damaged_one_which_is_left_aside(string name)
    {
        using var store = new SqliteJobStore(PathOf("jobs.sqlite"));
        await store.InitializeAsync(Cancellation);
        Job job = Jobs.Full() with { Spec = Long };
        Job kept = job with { Spec = await store.Specs.KeepAsync(job.Id, Long, Cancellation) };
        await store.CommitAsync([new StoreWrite.Insert(kept, [])], Cancellation);
        Execute($"UPDATE job SET spec = replace(spec, '{kept.Spec.Kept!.Name}', '{name}')");
        Assert.Null(await store.FindAsync(job.Id, Cancellation));
    }

    private static JobSpec Long { get; } = Specs.Valid() with
    {
        Command = string.Concat(Enumerable.Repeat("echo long; ", 500)),
        Environment = [new("A", "1")],
    };

    private static async Task AssertEmptyAsync(SqliteJobStore store)
    {
        Assert.Empty(await store.ListAsync(null, Cancellation));
        Assert.Null(await store.FindAsync(JobId.New(), Cancellation));
        Assert.Null(await store.ReadLogsAsync(JobId.New(), Cancellation));
        Assert.Empty(await store.ReadTimelineAsync(JobId.New(), Cancellation));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf("jobs.sqlite")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private string Text(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf("jobs.sqlite")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        return (string)command.ExecuteScalar()!;
    }

    private string PathOf(string name) => Path.Combine(_directory, name);
}
