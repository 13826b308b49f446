using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>The database is away: reads answer from memory, writes wait, and only where nothing was written is that said.</summary>
public sealed class StoreAwayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_ends_meanwhile_is_shown_as_ended_with_its_log_and_is_released_only_once_its_row_says_so()
    {
        await using Harness harness = await Harness.StartAsync();
        await harness.RunningAsync();
        Job job = await harness.RunningAsync();
        harness.Store.IsAway = true;
        harness.Manager.Exit(job.Id, 0);
        Job finished = await harness.UntilAsync(job.Id, JobStatus.Finished);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), await TextAsync(await harness.Service.OpenLogsAsync(finished, Cancellation)));
        await harness.ObservedAsync(3);
        Assert.False(harness.Manager.WasReleased(job.Id));
        Assert.Equal(JobStatus.Running, harness.Store.Stored(job.Id).Status);
        harness.Store.IsAway = false;
        await harness.UntilAsync(job.Id, seen => seen.IsSettled, "the job is settled");
        Assert.Equal(JobStatus.Finished, harness.Store.Stored(job.Id).Status);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), await harness.LogsAsync(job.Id));
    }

    [Fact]
    public async Task A_submission_waits_for_the_store_and_is_then_taken()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Store.IsAway = true;
        Task<Job> submitting = harness.SubmitAsync();
        await Eventually.TrueAsync(() => harness.Journal.Away is not null, "the store is found away");
        Assert.False(submitting.IsCompleted);
        Assert.Equal(0, harness.Manager.SubmitCalls);
        harness.Store.IsAway = false;
        Assert.NotNull((await submitting).Handle);
    }

    [Fact]
    public async Task A_row_that_a_refused_submission_may_have_left_ends_as_failed()
    {
        await using Harness harness = await Harness.StartAsync(options: new() { FirstOutcomeBound = TimeSpan.FromMilliseconds(100) });
        harness.Store.LosesAnswers = true;
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => harness.Service.SubmitAsync(Specs.Valid(), "tester"));
        harness.Store.LosesAnswers = false;
        Job left = Assert.Single(await harness.Store.ListAsync(null, Cancellation));
        await Eventually.TrueAsync(() => harness.Store.Stored(left.Id).Status == JobStatus.Failed, "the row says that it failed");
        Assert.Contains("refused", harness.Store.Stored(left.Id).Reason, StringComparison.Ordinal);
        Assert.Equal(0, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task Jobs_of_a_store_that_is_away_at_start_are_adopted_once_it_answers_and_the_list_never_waits()
    {
        var store = new InMemoryJobStore();
        Job left = Specs.NewJob() with { Status = JobStatus.Queued };
        await store.CommitAsync([new StoreWrite.Insert(left, [])], Cancellation);
        store.IsAway = true;
        await using Harness harness = Harness.Start(store: store, options: new() { LoadingBound = TimeSpan.FromMilliseconds(50) });
        await Eventually.TrueAsync(() => !harness.IsStandby, "it may drive the jobs");
        Assert.Empty(await harness.Service.ListAsync(JobFilter.All, Cancellation));
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => harness.Service.FindAsync(left.Id, Cancellation));
        store.IsAway = false;
        await Eventually.TrueAsync(() => harness.Service.IsActive, "it drives the jobs");
        await harness.UntilAsync(left.Id, seen => seen.Handle is not null, "the job is submitted");
    }

    [Fact]
    public async Task A_shutdown_that_comes_before_the_jobs_were_read_waits_for_them_and_stops_them()
    {
        (InMemoryJobStore store, Job left) = await AwayWithAsync();
        await using Harness harness = Harness.Start(store: store);
        await Eventually.TrueAsync(() => !harness.IsStandby, "it may drive the jobs");
        Task<IReadOnlyList<JobId>> shutdown = harness.Service.ShutdownAsync(Cancellation);
        store.IsAway = false;
        Assert.Empty(await Eventually.EndAsync(shutdown, "the jobs are read and stopped"));
        Assert.Equal(JobStatus.Stopped, (await harness.JobAsync(left.Id)).Status);
    }

    [Fact]
    public async Task A_shutdown_whose_jobs_cannot_be_read_within_its_bound_does_not_say_that_all_are_stopped()
    {
        (InMemoryJobStore store, _) = await AwayWithAsync();
        await using Harness harness = Harness.Start(
            store: store, options: new() { ShutdownBound = TimeSpan.FromMilliseconds(50) });
        await Eventually.TrueAsync(() => !harness.IsStandby, "it may drive the jobs");
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => harness.Service.ShutdownAsync(Cancellation));
        store.IsAway = false;
        await Eventually.TrueAsync(() => harness.Service.IsActive, "it drives the jobs");
        Assert.Empty(await harness.Service.ShutdownAsync(Cancellation));
    }

    private static async Task<(InMemoryJobStore Store, Job Left)> AwayWithAsync()
    {
        var store = new InMemoryJobStore();
        Job left = Specs.NewJob() with { Status = JobStatus.Queued };
        await store.CommitAsync([new StoreWrite.Insert(left, [])], Cancellation);
        store.IsAway = true;
        return (store, left);
    }

    [Fact]
    public async Task A_second_attempt_is_not_submitted_before_its_number_is_durable()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { RestartLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager);
        await harness.RunningAsync();
        Job job = await harness.RunningAsync();
        harness.Store.IsAway = true;
        manager.End(job.Id, new()
        {
            Class = Core.JobManagers.EndClass.Infrastructure,
            StepMayHaveRun = false,
            Evidence =
                new Evidence { Source = EvidenceSource.Backend, Text = "the node was lost", ObservedAt = TimeProvider.System.GetUtcNow() },
        });
        await harness.UntilAsync(job.Id, seen => seen.AttemptNumber == 2, "a second attempt is owed");
        await harness.ObservedAsync(3);
        Assert.Equal(0, manager.Arrivals(job.Id, 2));
        harness.Store.IsAway = false;
        await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "the second attempt is submitted");
    }

    [Fact]
    public async Task Where_no_request_can_be_kept_a_backend_that_is_back_is_found_out_by_the_next_submission()
    {
        var manager = new ScriptedJobManager { IsAway = true };
        var store = new InMemoryJobStore { Traits = new() { KeepsRequests = false } };
        await using Harness harness = await Harness.StartAsync(manager, store);
        Assert.IsType<SubmitResult.Unavailable>(await harness.Service.SubmitAsync(Specs.Valid(), "tester"));
        manager.IsAway = false;
        await Eventually.TrueAsync(
            async () => await harness.Service.SubmitAsync(Specs.Valid(), "tester") is SubmitResult.Accepted, "a submission is taken");
    }

    [Fact]
    public async Task A_confirmation_that_the_row_refuses_does_not_cost_the_place_in_flight()
    {
        var slow = new TaskCompletionSource();
        var manager = new ScriptedJobManager { SubmitDelay = slow.Task };
        await using Harness harness = await Harness.StartAsync(manager);
        Task<SubmitResult> submitting = harness.Service.SubmitAsync(Specs.Valid(), "tester");
        await Eventually.TrueAsync(() => manager.SubmitCalls == 1, "the submission is under way");
        Job job = Assert.Single(await harness.Store.ListAsync(null, Cancellation));
        await harness.Store.CommitAsync(
            [new StoreWrite.Change(job with { Status = JobStatus.Failed }, JobStatus.Created, [])], Cancellation);
        slow.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => submitting);
        await Eventually.TrueAsync(() => manager.FindCalls > 0, "the job is looked for, and not forgotten");
    }

    [Fact]
    public async Task Where_no_request_can_be_kept_a_job_is_answered_only_once_the_backend_has_it()
    {
        var manager = new ScriptedJobManager { CannotTell = true };
        manager.Next(SubmitScript.LoseReply);
        var store = new InMemoryJobStore { Traits = new() { KeepsRequests = false } };
        await using Harness harness = await Harness.StartAsync(manager, store);
        Assert.IsType<SubmitResult.Unavailable>(await harness.Service.SubmitAsync(Specs.Valid(), "tester"));
        Job given = Assert.Single(await store.ListAsync(null, Cancellation));
        await harness.UntilAsync(given.Id, JobStatus.Failed);
        Assert.NotNull((await harness.SubmitAsync()).Handle);
    }

    private static async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
