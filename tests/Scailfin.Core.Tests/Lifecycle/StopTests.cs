using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class StopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_job_that_is_stopped_ends_as_stopped_and_keeps_its_log()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        Assert.IsType<StopResult.Taken>(await harness.Service.StopAsync(job));
        Job stopped = await harness.UntilAsync(job.Id, seen => seen.IsSettled, "the job is settled");
        Assert.Equal(JobStatus.Stopped, stopped.Status);
        Assert.Equal(EvidenceSource.Backend, stopped.Evidence?.Source);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), await harness.LogsAsync(job.Id));
        Assert.Empty(harness.Manager.Live);
    }

    [Fact]
    public async Task A_stop_that_the_backend_refuses_is_told_with_its_words_and_stays_owed()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.RefusesStops = true;
        var refused = Assert.IsType<StopResult.Refused>(await harness.Service.StopAsync(job));
        Assert.Contains(ScriptedJobManager.StopRefusal, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(StopCause.Requested, (await harness.Store.FindAsync(job.Id, Cancellation))?.Stop?.Cause);
        Assert.Contains(
            (await harness.Service.ExplainAsync(job, Cancellation)).Sentences,
            sentence => sentence.Contains(ScriptedJobManager.StopRefusal, StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () =>
                (await harness.Service.ReadTimelineAsync(job.Id, Cancellation)).Any(entry => entry.Event == JobTimeline.StopRefused),
            "the timeline has the refusal");
        harness.Manager.RefusesStops = false;
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
    }

    [Fact]
    public async Task A_stop_reaches_the_backend_although_a_look_at_all_jobs_hangs()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        var answer = new TaskCompletionSource();
        harness.Manager.ObserveDelay = answer.Task;
        int looks = harness.Manager.ObserveCalls;
        await Eventually.TrueAsync(() => harness.Manager.ObserveCalls > looks, "a look hangs");
        Assert.IsType<StopResult.Taken>(await harness.Service.StopAsync(job));
        Assert.Equal(1, harness.Manager.StopCalls);
        answer.SetResult();
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
    }

    [Fact]
    public async Task A_stop_that_neither_the_store_nor_the_backend_takes_changes_nothing()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Store.IsAway = true;
        harness.Manager.RefusesStops = true;
        var refused = Assert.IsType<StopResult.Refused>(await harness.Service.StopAsync(job));
        Assert.Contains("unchanged", refused.Reason, StringComparison.Ordinal);
        harness.Store.IsAway = false;
        harness.Manager.RefusesStops = false;
        await harness.ObservedAsync(3);
        Assert.Equal(
            (JobStatus.Running, null),
            ((await harness.JobAsync(job.Id)).Status, (await harness.Store.FindAsync(job.Id, Cancellation))!.Stop));
    }

    [Fact]
    public async Task A_stop_that_the_backend_accepts_while_the_store_is_away_is_taken_and_stored_later()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Store.IsAway = true;
        Assert.IsType<StopResult.Taken>(await harness.Service.StopAsync(job));
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
        Assert.Equal(JobStatus.Running, harness.Store.Stored(job.Id).Status);
        harness.Store.IsAway = false;
        await Eventually.TrueAsync(() => harness.Store.Stored(job.Id).Status == JobStatus.Stopped, "the row says so");
    }

    [Fact]
    public async Task A_stop_wins_over_a_submission_that_waits_for_a_place()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager);
        Job first = await harness.RunningAsync();
        Job waiting = await harness.SubmitAsync();
        Assert.IsType<StopResult.Taken>(await harness.Service.StopAsync(waiting));
        Job stopped = await harness.UntilAsync(waiting.Id, JobStatus.Stopped);
        Assert.Equal(EvidenceSource.Service, stopped.Evidence?.Source);
        manager.Exit(first.Id, 0);
        await harness.UntilAsync(first.Id, seen => seen.IsSettled, "the first is settled");
        Assert.Equal(0, manager.Arrivals(waiting.Id));
        Assert.NotNull((await harness.SubmitAsync()).Handle);
    }

    [Fact]
    public async Task A_stop_during_a_submission_waits_for_its_outcome_and_then_ends_it()
    {
        var manager = new ScriptedJobManager();
        var slow = new TaskCompletionSource();
        manager.SubmitDelay = slow.Task;
        await using Harness harness = await Harness.StartAsync(
            manager, options: new() { FirstOutcomeBound = TimeSpan.FromMilliseconds(20) });
        Job job = await harness.SubmitAsync();
        await Eventually.TrueAsync(() => manager.SubmitCalls == 1, "the submission is under way");
        Assert.IsType<StopResult.Taken>(await harness.Service.StopAsync(job));
        slow.SetResult();
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
        Assert.Empty(manager.Live);
        Assert.Equal(1, manager.Arrivals(job.Id));
    }

    [Fact]
    public async Task A_stop_is_sent_again_until_the_backend_accepts_it()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.RefusesStops = true;
        await harness.Service.StopAsync(job);
        await Eventually.TrueAsync(() => harness.Manager.StopCalls >= 2, "the stop is sent a second time");
        Assert.Equal(JobStatus.Running, (await harness.JobAsync(job.Id)).Status);
        harness.Manager.RefusesStops = false;
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
    }

    [Fact]
    public async Task A_stop_of_a_job_whose_submission_is_uncertain_reaches_the_backend_and_never_submits_again()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.CannotTell = true;
        harness.Manager.Next(SubmitScript.LoseReply);
        Job job = await harness.SubmitAsync();
        await harness.Service.StopAsync(job);
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
        Assert.Empty(harness.Manager.Live);
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_job_that_finished_first_stays_finished()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.RefusesStops = true;
        await harness.Service.StopAsync(job);
        harness.Manager.Exit(job.Id, 0);
        Job finished = await harness.UntilAsync(job.Id, JobStatus.Finished);
        Assert.IsType<StopResult.TerminalAlready>(await harness.Service.StopAsync(finished));
        Assert.Equal(JobStatus.Finished, (await harness.JobAsync(job.Id)).Status);
    }

    [Fact]
    public async Task A_shutdown_stops_all_jobs_and_refuses_new_ones()
    {
        await using Harness harness = await Harness.StartAsync();
        Job running = await harness.RunningAsync();
        Job queued = await harness.SubmitAsync();
        Assert.Empty(await harness.Service.ShutdownAsync(Cancellation));
        Assert.All([running, queued], job => Assert.Equal(JobStatus.Stopped, harness.JobAsync(job.Id).Result.Status));
        Assert.IsType<SubmitResult.ShuttingDown>(await harness.Service.SubmitAsync(Specs.Valid(), "tester"));
        Assert.Equal(2, (await harness.Store.ListAsync(null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_shutdown_lists_the_jobs_whose_backend_refuses_after_its_bound()
    {
        await using Harness harness = await Harness.StartAsync(options: Short);
        Job job = await harness.RunningAsync();
        harness.Manager.RefusesStops = true;
        Assert.Equal([job.Id], await harness.Service.ShutdownAsync(Cancellation));
        Assert.Equal(JobStatus.Running, (await harness.JobAsync(job.Id)).Status);
    }

    [Fact]
    public async Task A_shutdown_takes_an_accepted_stop_for_the_end_after_its_bound()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Harness harness = await Harness.StartAsync(time: time);
        Job job = await Harness.WhileTimeGoesByAsync(time, TimeSpan.FromMilliseconds(200), harness.RunningAsync(), "the job runs");
        harness.Manager.IgnoresStops = true;
        Task<IReadOnlyList<JobId>> shutdown = harness.Service.ShutdownAsync(Cancellation);

        // When the stop is sent again, the backend's word of the first time has been heard.
        await Harness.WhileTimeGoesByAsync(
            time, TimeSpan.FromMilliseconds(200), () => harness.Manager.StopCalls >= 2, "the stop is sent again");
        Assert.False(shutdown.IsCompleted);
        Assert.Empty(await Harness.WhileTimeGoesByAsync(time, TimeSpan.FromSeconds(10), shutdown, "the bound of the shutdown passes"));
        Job stopped = await harness.JobAsync(job.Id);
        Assert.Equal((JobStatus.Stopped, EvidenceSource.Service), (stopped.Status, stopped.Evidence!.Source));
    }

    [Fact]
    public async Task A_shutdown_does_not_wait_for_a_submission_that_hangs()
    {
        var manager = new ScriptedJobManager { SubmitDelay = new TaskCompletionSource().Task };
        await using Harness harness = await Harness.StartAsync(manager, options: Short);
        Task<SubmitResult> submitting = harness.Service.SubmitAsync(Specs.Valid(), "tester");
        await Eventually.TrueAsync(() => manager.SubmitCalls == 1, "the submission is under way");
        IReadOnlyList<JobId> left = await harness.Service.ShutdownAsync(Cancellation);
        Job job = Assert.IsType<SubmitResult.Accepted>(await submitting).Job;
        Assert.Equal(JobStatus.Queued, job.Status);
        Assert.Equal([job.Id], left);
    }

    private static JobServiceOptions Short => new() { ShutdownBound = TimeSpan.FromMilliseconds(300) };
}
