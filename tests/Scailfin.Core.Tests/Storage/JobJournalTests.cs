using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Storage;

/// <summary>What the store is told, in which order, and what happens while it is away.</summary>
public sealed class JobJournalTests : IAsyncDisposable
{
    private readonly string _spool = Path.Combine(Path.GetTempPath(), $"scailfin-spool-{Guid.NewGuid():N}");
    private readonly InMemoryJobStore _store = new();
    private readonly JobJournal _journal;

    public JobJournalTests()
    {
        _journal = new JobJournal(_store, new LogSpool(_spool), TimeProvider.System, NullLogger<JobJournal>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_that_wait_are_made_in_their_order_once_the_store_is_back()
    {
        _store.IsAway = true;
        Job job = Specs.NewJob() with { Status = JobStatus.Created };
        List<PendingWrite> writes = [_journal.Enqueue(new StoreWrite.Insert(job, []))];
        await writes[0].DurableOrDeferred;
        Assert.False(writes[0].Durable.IsCompleted);
        writes.Add(_journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Running }, JobStatus.Created, [])));
        writes.Add(_journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Finished }, JobStatus.Running, [], "log\n")));
        await writes[2].DurableOrDeferred;
        Assert.NotNull(_journal.Away);
        _store.IsAway = false;
        foreach (PendingWrite write in writes)
            Assert.True(await Eventually.EndAsync(write.Durable, "the write is durable"));
        Assert.Equal([JobStatus.Created, JobStatus.Running, JobStatus.Finished], _store.Applied.Select(StatusOf));
        Assert.Equal((null, 0), (_journal.Away, _journal.Length));
        Assert.Equal("log\n", await _store.ReadLogsAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_log_that_waits_lies_in_a_private_file_and_can_be_read()
    {
        Job job = await StoredAsync();
        _store.IsAway = true;
        PendingWrite write =
            _journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Finished }, JobStatus.Created, [], "søme\nlog\n"));
        await write.DurableOrDeferred;
        string file = Assert.Single(Directory.GetFiles(_spool));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("", Assert.IsType<StoreWrite.Change>(write.Write).Logs);
        Assert.Equal("søme\nlog\n", await _journal.ReadLogsAsync(job.Id, Cancellation));
        _store.IsAway = false;
        await Eventually.EndAsync(write.Durable, "the write is durable");
        Assert.Equal("søme\nlog\n", await _journal.ReadLogsAsync(job.Id, Cancellation));
        Assert.Empty(Directory.GetFiles(_spool));
    }

    [Fact]
    public async Task A_spooled_log_that_somebody_takes_away_does_not_cost_the_row()
    {
        Job job = await StoredAsync();
        _store.IsAway = true;
        PendingWrite write =
            _journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Finished }, JobStatus.Created, [], "log\n"));
        await write.DurableOrDeferred;
        Directory.Delete(_spool, recursive: true);
        _store.IsAway = false;
        Assert.True(await Eventually.EndAsync(write.Durable, "the write is durable"));
        Assert.Contains("lost", await _store.ReadLogsAsync(job.Id, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_counts_as_made()
    {
        _store.LosesAnswers = true;
        Job job = Specs.NewJob();
        PendingWrite insert = _journal.Enqueue(new StoreWrite.Insert(job, []));
        PendingWrite change = _journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Running }, job.Status, []));
        await insert.DurableOrDeferred;
        _store.LosesAnswers = false;
        Assert.True(await Eventually.EndAsync(insert.Durable, "the write is durable"));
        Assert.True(await Eventually.EndAsync(change.Durable, "the write is durable"));
    }

    [Fact]
    public async Task Changes_whose_answers_were_lost_together_all_count_as_made()
    {
        Job job = await StoredAsync();
        _store.LosesAnswers = true;
        var slow = new TaskCompletionSource();
        _store.CommitDelay = slow.Task;
        PendingWrite first = _journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Queued }, JobStatus.Created, []));
        PendingWrite second = _journal.Enqueue(new StoreWrite.Change(job with { Status = JobStatus.Running }, JobStatus.Queued, []));
        slow.SetResult();
        await Eventually.TrueAsync(() => _store.FindAsync(job.Id, Cancellation).Result!.Status == JobStatus.Running, "both are made");
        _store.LosesAnswers = false;
        Assert.True(await Eventually.EndAsync(first.Durable, "the write is durable"));
        Assert.True(await Eventually.EndAsync(second.Durable, "the write is durable"));
    }

    [Fact]
    public async Task A_second_row_of_the_same_id_is_not_made()
    {
        Job job = await StoredAsync();
        Assert.False(await Eventually.EndAsync(_journal.Enqueue(new StoreWrite.Insert(job, [])).Durable, "the write is done with"));
    }

    [Fact]
    public async Task A_write_that_is_withdrawn_is_never_made()
    {
        _store.IsAway = true;
        PendingWrite write = _journal.Enqueue(new StoreWrite.Insert(Specs.NewJob(), []));
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => _journal.WithdrawUnlessDurableAsync(write));
        _store.IsAway = false;
        await StoredAsync();
        Assert.Single(await _store.ListAsync(null, Cancellation));
    }

    [Fact]
    public async Task A_write_that_is_being_committed_is_not_withdrawn()
    {
        var slow = new TaskCompletionSource();
        _store.CommitDelay = slow.Task;
        PendingWrite write = _journal.Enqueue(new StoreWrite.Insert(Specs.NewJob(), []));
        await Eventually.TrueAsync(() => _store.CommitsBegun == 1, "the commit has begun");
        Assert.False(_journal.TryWithdraw(write));
        slow.SetResult();
        Assert.True(await Eventually.EndAsync(write.Durable, "the write is durable"));
    }

    [Fact]
    public async Task Writes_that_wait_together_share_a_commit()
    {
        var slow = new TaskCompletionSource();
        _store.CommitDelay = slow.Task;
        List<PendingWrite> writes = [.. Enumerable.Range(0, 100).Select(_ => _journal.Enqueue(new StoreWrite.Insert(Specs.NewJob(), [])))];
        slow.SetResult();
        foreach (PendingWrite write in writes)
            Assert.True(await Eventually.EndAsync(write.Durable, "the write is durable"));
        Assert.InRange(_store.Commits, 1, 3);
    }

    [Fact]
    public async Task Reading_a_log_of_a_store_that_is_away_says_so()
    {
        _store.IsAway = true;
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => _journal.ReadLogsAsync(JobId.New(), Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        _store.IsAway = false;
        await _journal.DisposeAsync();
        if (Directory.Exists(_spool))
            Directory.Delete(_spool, recursive: true);
    }

    private async Task<Job> StoredAsync()
    {
        Job job = Specs.NewJob() with { Status = JobStatus.Created };
        await Eventually.EndAsync(_journal.Enqueue(new StoreWrite.Insert(job, [])).Durable, "the write is done with");
        return job;
    }

    private static JobStatus StatusOf(StoreWrite write) =>
        write is StoreWrite.Insert insert ? insert.Job.Status : Assert.IsType<StoreWrite.Change>(write).Job.Status;
}
