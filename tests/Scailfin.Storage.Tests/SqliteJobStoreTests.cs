using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests;

public sealed class SqliteJobStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Time = new(2026, 7, 8, 9, 10, 11, 123, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-store-").FullName;
    private readonly SqliteJobStore _store;

    public SqliteJobStoreTests() => _store = new SqliteJobStore(PathOf("jobs.sqlite"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.InitializeAsync(Cancellation);

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_field_of_a_full_job_comes_back_as_it_was_written()
    {
        Job job = Full();
        await _store.InsertAsync(job, [], Cancellation);
        AssertSame(job, await _store.FindAsync(job.Id, Cancellation));
        AssertSame(job, Assert.Single(await _store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task What_is_not_set_comes_back_as_not_set()
    {
        Job job = Specs.NewJob();
        await _store.InsertAsync(job, [], Cancellation);
        Job stored = (await _store.FindAsync(job.Id, Cancellation))!;
        AssertSame(job, stored);
        Assert.Null(stored.Handle);
        Assert.Null(stored.Evidence);
        Assert.Null(stored.Stop);
    }

    [Fact]
    public async Task A_change_of_every_changing_field_comes_back()
    {
        Job full = Full();
        Job before = Specs.NewJob(full.Spec) with { Id = full.Id, Owner = full.Owner, CreatedAt = full.CreatedAt };
        await _store.InsertAsync(before, [], Cancellation);
        Assert.True(await _store.WriteAsync(new JobWrite(full, before.Status, []), Cancellation));
        AssertSame(full, await _store.FindAsync(full.Id, Cancellation));
    }

    [Theory]
    [InlineData(StopCause.Requested)]
    [InlineData(StopCause.Unanswered)]
    public async Task The_cause_of_a_stop_comes_back(StopCause cause)
    {
        Job job = Specs.NewJob() with { Stop = new StopRequest(Time, cause) };
        await _store.InsertAsync(job, [], Cancellation);
        Assert.Equal(job.Stop, (await _store.FindAsync(job.Id, Cancellation))?.Stop);
    }

    [Fact]
    public async Task A_write_that_expects_another_status_changes_nothing_at_all()
    {
        Job job = Specs.NewJob();
        await _store.InsertAsync(job, [], Cancellation);
        var write = new JobWrite(job with { Status = JobStatus.Failed, Reason = "wrong" }, JobStatus.Running, [Entry("failed")], "log");
        Assert.False(await _store.WriteAsync(write, Cancellation));
        AssertSame(job, await _store.FindAsync(job.Id, Cancellation));
        Assert.Null(await _store.ReadLogsAsync(job.Id, Cancellation));
        Assert.Empty(await _store.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_write_for_a_job_that_does_not_exist_changes_nothing()
    {
        Assert.False(await _store.WriteAsync(new JobWrite(Specs.NewJob(), JobStatus.Queued, [Entry("x")], "log"), Cancellation));
        Assert.Empty(await _store.ListAsync(Cancellation));
    }

    [Fact]
    public async Task The_same_id_twice_is_refused_and_the_first_job_stays()
    {
        Job job = Specs.NewJob();
        await _store.InsertAsync(job, [], Cancellation);
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => _store.InsertAsync(job with { Owner = "thief" }, [], Cancellation));
        AssertSame(job, Assert.Single(await _store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task A_bad_write_does_not_take_its_neighbours_with_it()
    {
        Job twice = Specs.NewJob();
        Job[] good = [.. Enumerable.Range(0, 50).Select(_ => Specs.NewJob())];
        await _store.InsertAsync(twice, [], Cancellation);
        Task[] writes = [.. good.Take(25).Select(Insert), Insert(twice), .. good.Skip(25).Select(Insert)];
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => Task.WhenAll(writes));
        Assert.Equal(1, writes.Count(write => write.IsFaulted));
        Assert.Equal([twice.Id, .. good.Select(job => job.Id)], (await _store.ListAsync(Cancellation)).Select(job => job.Id));
    }

    [Fact]
    public async Task A_log_comes_with_its_change_and_a_later_one_replaces_it()
    {
        Job job = Specs.NewJob();
        await _store.InsertAsync(job, [], Cancellation);
        Assert.Null(await _store.ReadLogsAsync(job.Id, Cancellation));
        await _store.WriteAsync(new JobWrite(job, JobStatus.Queued, [], "first: é 漢 🚀\n\ttab\r\n"), Cancellation);
        Assert.Equal("first: é 漢 🚀\n\ttab\r\n", await _store.ReadLogsAsync(job.Id, Cancellation));
        await _store.WriteAsync(new JobWrite(job, JobStatus.Queued, []), Cancellation);
        await _store.WriteAsync(new JobWrite(job, JobStatus.Queued, [], "second"), Cancellation);
        Assert.Equal("second", await _store.ReadLogsAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_timeline_is_read_in_the_order_of_its_writing_even_where_times_are_equal()
    {
        Job job = Specs.NewJob();
        Job other = Specs.NewJob();
        await _store.InsertAsync(job, [Entry("accepted", "grüße")], Cancellation);
        await _store.InsertAsync(other, [Entry("accepted")], Cancellation);
        await _store.WriteAsync(new JobWrite(job, JobStatus.Queued, [Entry("b"), Entry("a")]), Cancellation);
        Assert.Equal([Entry("accepted", "grüße"), Entry("b"), Entry("a")], await _store.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task Jobs_are_listed_in_the_order_of_their_insert_whatever_their_times_and_ids()
    {
        Job[] jobs = [.. Enumerable.Range(0, 20).Select(i => Specs.NewJob() with { CreatedAt = Time.AddSeconds(-i) })];
        foreach (Job job in jobs)
            await Insert(job);
        Assert.Equal(jobs.Select(job => job.Id), (await _store.ListAsync(Cancellation)).Select(job => job.Id));
    }

    [Fact]
    public async Task Two_hundred_concurrent_inserts_are_all_stored_once()
    {
        Job[] jobs = [.. Enumerable.Range(0, 200).Select(_ => Specs.NewJob())];
        await Task.WhenAll(jobs.Select(job => Task.Run(() => Insert(job), Cancellation)));
        IReadOnlyList<Job> stored = await _store.ListAsync(Cancellation);
        Assert.Equal(200, stored.Count);
        Assert.Equal(jobs.Select(job => job.Id).ToHashSet(), stored.Select(job => job.Id).ToHashSet());
    }

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
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => nowhere.InsertAsync(Specs.NewJob(), [], Cancellation));
    }

    [Fact]
    public async Task Jobs_logs_and_timelines_survive_a_new_store_object_that_initializes_again()
    {
        Job job = Full();
        using (var first = new SqliteJobStore(PathOf("jobs.sqlite")))
        {
            await first.InsertAsync(job, [Entry("accepted")], Cancellation);
            await first.WriteAsync(new JobWrite(job, job.Status, [], "log"), Cancellation);
        }

        using var next = new SqliteJobStore(PathOf("jobs.sqlite"));
        await next.InitializeAsync(Cancellation);
        AssertSame(job, Assert.Single(await next.ListAsync(Cancellation)));
        Assert.Equal("log", await next.ReadLogsAsync(job.Id, Cancellation));
        Assert.Equal([Entry("accepted")], await next.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public void Only_the_owner_may_read_the_file() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("jobs.sqlite")));

    private static async Task AssertEmptyAsync(SqliteJobStore store)
    {
        Assert.Empty(await store.ListAsync(Cancellation));
        Assert.Null(await store.FindAsync(JobId.New(), Cancellation));
        Assert.Null(await store.ReadLogsAsync(JobId.New(), Cancellation));
        Assert.Empty(await store.ReadTimelineAsync(JobId.New(), Cancellation));
    }

    /// <summary>Lists compare by identity inside records, so they are compared on their own.</summary>
    private static void AssertSame(Job expected, Job? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Spec.Environment, actual.Spec.Environment);
        Assert.Equal(expected.Spec.BackendFields, actual.Spec.BackendFields);
        JobSpec spec = actual.Spec with { Environment = expected.Spec.Environment, BackendFields = expected.Spec.BackendFields };
        Assert.Equal(expected, actual with { Spec = spec });
    }

    private static TimelineEntry Entry(string name, string detail = "") => new(Time, 1, name, detail);

    private static Job Full() => new()
    {
        Id = JobId.New(),
        Owner = "zoë",
        Spec = Specs.Valid("echo \"$HOME\" 'ü' \\ \n; 漢字 🚀") with
        {
            JobName = "Schritt ß",
            PrettifiedCommand = "echo …",
            CvmfsMounts = "['cms.cern.ch']",
            SharedFileSystem = false,
            Timeout = TimeSpan.FromSeconds(90.5),
            Environment = [new("Z", "1"), new("A", "ü=2"), new("M", ""), new("Z", "again")],
            BackendFields = new BackendFields { { "text", "größe" }, { "number", long.MaxValue }, { "yes", true }, { "no", false } },
        },
        Status = JobStatus.Failed,
        Reason = "Grund: ∞",
        AttemptNumber = 3,
        Handle = new BackendHandle("händle-1", "{\"pid\":1}"),
        CreatedAt = Time,
        StartedAt = Time.AddMilliseconds(1),
        FinishedAt = Time.AddMilliseconds(2),
        Evidence = new Evidence
        {
            Source = EvidenceSource.Receipt,
            Text = "Exit code 7 — gesehen",
            ExitCode = 7,
            FailedPhase = "run",
            ObservedAt = Time.AddMilliseconds(3),
        },
        Stop = new StopRequest(Time.AddMilliseconds(4), StopCause.Requested),
        Released = true,
    };

    private Task Insert(Job job) => _store.InsertAsync(job, [], Cancellation);

    private string PathOf(string name) => Path.Combine(_directory, name);
}
