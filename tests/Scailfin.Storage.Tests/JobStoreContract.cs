using CsCheck;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests;

/// <summary>What every store promises (<see cref="IJobStore"/>, <see cref="StoreWrite"/>).</summary>
public abstract class JobStoreContract : IAsyncLifetime
{
    private IJobStore? _store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IJobStore Store => _store!;

    /// <summary>Whether the rows are ours to forget.</summary>
    protected virtual bool Forgets => true;

    private bool KeepsAll => Store.Traits.KeepsRequests;

    public async ValueTask InitializeAsync()
    {
        _store = await NewStoreAsync();
        await _store.InitializeAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Texts_that_are_kept_in_memory_are_in_the_row_too()
    {
        using var memory = new SpecMemory();
        Job job = Jobs.Full();
        JobSpec spec = job.Spec with { Command = string.Concat(Enumerable.Repeat("echo long; ", 500)) };
        await Store.CommitAsync(
            [new StoreWrite.Insert(job with { Spec = await memory.KeepAsync(job.Id, spec, Cancellation) }, [])], Cancellation);
        Job stored = (await Store.FindAsync(job.Id, Cancellation))!;
        Assert.Null(stored.Spec.Kept);
        Assert.Equal((spec.Command, spec.PrettifiedCommand), (stored.Spec.Command, stored.Spec.PrettifiedCommand));
        Assert.NotNull(memory.Adopt(stored).Spec.Kept);
    }

    [Fact]
    public async Task Initializing_again_changes_nothing()
    {
        Job job = await InsertAsync(Specs.NewJob());
        await Store.InitializeAsync(Cancellation);
        Assert.NotNull(await Store.FindAsync(job.Id, Cancellation));
        IJobStore second = await NewStoreAsync();
        await second.InitializeAsync(Cancellation);
        Assert.NotNull(await second.FindAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task Every_field_of_a_full_job_comes_back_as_it_was_written()
    {
        Job job = await InsertAsync(Jobs.Full());
        await AssertStoredAsync(job);
    }

    [Fact]
    public async Task What_is_not_set_comes_back_as_not_set()
    {
        Job job = await InsertAsync(Specs.NewJob());
        Job stored = (await Store.FindAsync(job.Id, Cancellation))!;
        Assert.Null(stored.Handle);
        Assert.Null(stored.Evidence);
        Assert.Null(stored.Stop);
        Assert.Null(stored.RequestDigest);
        Assert.Null(stored.StartedAt);
        await AssertStoredAsync(job);
    }

    [Fact]
    public async Task Any_job_comes_back_as_it_was_written_whatever_its_text_holds() =>
        await Jobs.Any.SampleAsync(async job => await AssertStoredAsync(await InsertAsync(job)), iter: 60, threads: 1);

    [Fact]
    public async Task A_change_of_every_changing_field_comes_back()
    {
        Job full = Jobs.Full();
        Job before = Specs.NewJob(full.Spec) with
        {
            Id = full.Id,
            Owner = full.Owner,
            CreatedAt = full.CreatedAt,
            RequestDigest = full.RequestDigest,
        };
        await InsertAsync(before);
        Assert.True(await ChangeAsync(new StoreWrite.Change(full, before.Status, [])));
        await AssertStoredAsync(full);
    }

    [Fact]
    public async Task A_row_that_exists_is_not_inserted_again()
    {
        Job job = await InsertAsync(Specs.NewJob());
        Job thief = job with { Owner = "thief", Status = JobStatus.Running, Spec = job.Spec with { JobName = "stolen" } };
        Assert.Equal([false], await CommitAsync(new StoreWrite.Insert(thief, [Jobs.Entry("accepted")])));
        await AssertStoredAsync(job);
        Assert.Empty(await Store.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_change_that_expects_another_status_writes_nothing_at_all()
    {
        Job job = await InsertAsync(Specs.NewJob());
        var write = new StoreWrite.Change(
            job with { Status = JobStatus.Failed, Reason = "wrong" }, JobStatus.Running, [Jobs.Entry("failed")], "log");
        Assert.False(await ChangeAsync(write));
        await AssertStoredAsync(job);
        Assert.Null(await Store.ReadLogsAsync(job.Id, Cancellation));
        Assert.Empty(await Store.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_change_of_a_job_that_does_not_exist_writes_nothing()
    {
        Job job = Specs.NewJob();
        Assert.False(await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, [Jobs.Entry("x")], "log")));
        Assert.Null(await Store.FindAsync(job.Id, Cancellation));
        Assert.Null(await Store.ReadLogsAsync(job.Id, Cancellation));
        Assert.Empty(await Store.ReadTimelineAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_change_to_the_status_that_the_row_has_already_is_applied()
    {
        Job job = await InsertAsync(Specs.NewJob());
        Job handled = job with { Handle = new BackendHandle("b1") };
        Assert.True(await ChangeAsync(new StoreWrite.Change(handled, JobStatus.Created, [])));
        await AssertStoredAsync(handled);
    }

    [Fact]
    public async Task A_group_that_is_committed_again_changes_nothing_more()
    {
        Job job = Specs.NewJob() with { Status = JobStatus.Created };
        Job queued = job with { Status = JobStatus.Queued };
        Job ended = queued with { Status = JobStatus.Finished, FinishedAt = Jobs.Time, StartedAt = Jobs.Time, Released = true };
        StoreWrite[] group =
        [
            new StoreWrite.Insert(job, [Jobs.Entry("accepted")]),
            new StoreWrite.Change(queued, JobStatus.Created, [Jobs.Entry("waiting")]),
            new StoreWrite.Change(ended, JobStatus.Queued, [Jobs.Entry("finished")], "log"),
        ];
        Assert.Equal([true, true, true], await CommitAsync(group));
        Assert.False((await CommitAsync(group))[0]);
        await AssertStoredAsync(ended);
        Assert.Equal("log", await Store.ReadLogsAsync(job.Id, Cancellation));
        if (KeepsAll)
            Assert.Equal(
                ["accepted", "waiting", "finished"], (await Store.ReadTimelineAsync(job.Id, Cancellation)).Select(entry => entry.Event));
    }

    [Fact]
    public async Task One_bad_write_takes_its_whole_group_with_it()
    {
        Job first = Specs.NewJob();
        Job last = Specs.NewJob();
        Job bad = BadJob();
        await Assert.ThrowsAsync<JobStoreException>(() => CommitAsync(
            new StoreWrite.Insert(first, []), new StoreWrite.Insert(bad, []), new StoreWrite.Insert(last, [])));
        Assert.Null(await Store.FindAsync(first.Id, Cancellation));
        Assert.Null(await Store.FindAsync(last.Id, Cancellation));
        Assert.Equal([true, true], await CommitAsync(new StoreWrite.Insert(first, []), new StoreWrite.Insert(last, [])));
    }

    [Fact]
    public async Task Two_hundred_and_fifty_six_writes_are_one_group()
    {
        Job[] jobs = [.. Enumerable.Range(0, 128).Select(i => Specs.NewJob() with { CreatedAt = Jobs.Time.AddMilliseconds(i) })];
        StoreWrite[] group =
        [
            .. jobs.Select(job => new StoreWrite.Insert(job, [Jobs.Entry("accepted")])),
            .. jobs.Select(job =>
                new StoreWrite.Change(job with { Status = JobStatus.Running, StartedAt = Jobs.Time }, JobStatus.Queued, [], "log")),
        ];
        Assert.All(await CommitAsync(group), Assert.True);
        IReadOnlyList<Job> stored = await Store.ListAsync(jobs[0].Spec.WorkflowUuid, Cancellation);
        Assert.Equal(jobs.Select(job => job.Id), stored.Select(job => job.Id));
        Assert.All(stored, job => Assert.Equal(JobStatus.Running, job.Status));
    }

    [Fact]
    public async Task A_log_comes_with_its_change_and_a_later_one_replaces_it()
    {
        Job job = await InsertAsync(Specs.NewJob());
        Assert.Null(await Store.ReadLogsAsync(job.Id, Cancellation));
        await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, [], "first: é 漢 🚀\n\ttab\r\n"));
        Assert.Equal("first: é 漢 🚀\n\ttab\r\n", await Store.ReadLogsAsync(job.Id, Cancellation));
        await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, []));
        await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, [], "second"));
        Assert.Equal("second", await Store.ReadLogsAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task What_no_column_can_hold_is_replaced_in_a_log()
    {
        Job job = await InsertAsync(Specs.NewJob());
        await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, [], "a\0b \ud800 c\udfff 🚀"));
        Assert.Equal("a\uFFFDb \uFFFD c\uFFFD 🚀", await Store.ReadLogsAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_timeline_is_read_in_the_order_of_its_writing_even_where_times_are_equal()
    {
        Job job = Specs.NewJob();
        Job other = Specs.NewJob();
        await CommitAsync(
            new StoreWrite.Insert(job, [Jobs.Entry("accepted", "grüße")]), new StoreWrite.Insert(other, [Jobs.Entry("accepted")]));
        await ChangeAsync(new StoreWrite.Change(job, JobStatus.Queued, [Jobs.Entry("b"), Jobs.Entry("a"), Jobs.Entry("b", "twice")]));
        IReadOnlyList<TimelineEntry> entries = await Store.ReadTimelineAsync(job.Id, Cancellation);
        Assert.Equal(KeepsAll ? [Jobs.Entry("accepted", "grüße"), Jobs.Entry("b"), Jobs.Entry("a")] : [], entries);
    }

    [Fact]
    public async Task Jobs_are_listed_in_the_order_of_their_insert_whatever_their_times_and_ids()
    {
        int direction = KeepsAll ? -1 : 1;
        Job[] jobs = [.. Enumerable.Range(0, 20).Select(i => Specs.NewJob() with { CreatedAt = Jobs.Time.AddSeconds(i * direction) })];
        foreach (Job job in jobs)
            await InsertAsync(job);
        Assert.Equal(jobs.Select(job => job.Id), (await Store.ListAsync(jobs[0].Spec.WorkflowUuid, Cancellation)).Select(job => job.Id));
        IReadOnlyList<Job> all = await Store.ListAsync(null, Cancellation);
        Assert.Equal(KeepsAll ? jobs.Select(job => job.Id) : [], all.Select(job => job.Id));
        Assert.Empty(await Store.ListAsync(Guid.NewGuid(), Cancellation));
    }

    [Fact]
    public async Task A_forgotten_job_leaves_nothing_where_the_rows_are_ours()
    {
        Job job = Specs.NewJob();
        Job other = Specs.NewJob();
        await CommitAsync(new StoreWrite.Insert(job, [Jobs.Entry("accepted")]), new StoreWrite.Insert(other, [Jobs.Entry("accepted")]));
        await CommitAsync(
            new StoreWrite.Change(job, JobStatus.Queued, [], "log"), new StoreWrite.Change(other, JobStatus.Queued, [], "log"));
        Assert.Equal([true], await CommitAsync(new StoreWrite.Forget(job.Id)));
        Assert.Equal([true], await CommitAsync(new StoreWrite.Forget(job.Id)));
        Assert.Equal(Forgets, await Store.FindAsync(job.Id, Cancellation) is null);
        Assert.Equal(Forgets, await Store.ReadLogsAsync(job.Id, Cancellation) is null);
        Assert.Equal("log", await Store.ReadLogsAsync(other.Id, Cancellation));
        Assert.NotNull(await Store.FindAsync(other.Id, Cancellation));
    }

    [Fact]
    public async Task Concurrent_commits_are_all_made()
    {
        Job[] jobs = [.. Enumerable.Range(0, 40).Select(_ => Specs.NewJob())];
        await Task.WhenAll(jobs.Select(job => Task.Run(() => InsertAsync(job), Cancellation)));
        IReadOnlyList<Job> stored = await Store.ListAsync(jobs[0].Spec.WorkflowUuid, Cancellation);
        Assert.Equal(jobs.Select(job => job.Id).ToHashSet(), stored.Select(job => job.Id).ToHashSet());
        Assert.Equal(40, stored.Count);
    }

    /// <summary>A new store over the same tables.</summary>
    protected abstract Task<IJobStore> NewStoreAsync();

    protected abstract ValueTask CleanUpAsync();

    /// <summary>A job that this store can never hold.</summary>
    protected virtual Job BadJob() => Specs.NewJob() with { Owner = null! };

    /// <summary>What this store keeps of a job.</summary>
    protected virtual Job Kept(Job job) => Jobs.Kept(job);

    protected Task<IReadOnlyList<bool>> CommitAsync(params StoreWrite[] group) => Store.CommitAsync(group, Cancellation);

    protected async Task<bool> ChangeAsync(StoreWrite.Change write) => (await CommitAsync(write))[0];

    protected async Task<Job> InsertAsync(Job job)
    {
        Assert.Equal([true], await CommitAsync(new StoreWrite.Insert(job, [])));
        return job;
    }

    private async Task AssertStoredAsync(Job job)
    {
        Jobs.AssertSame(Kept(job), await Store.FindAsync(job.Id, Cancellation));
        Jobs.AssertSame(Kept(job), (await Store.ListAsync(job.Spec.WorkflowUuid, Cancellation)).Single(stored => stored.Id == job.Id));
    }
}
