using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class JobServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_accepted_job_is_queued_with_the_backends_handle()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.SubmitAsync();
        Assert.Equal(JobStatus.Queued, job.Status);
        Assert.Equal($"backend-{job.Id}.1", job.Handle?.Id);
        Assert.Equal(job, await harness.Store.FindAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_job_is_running_only_when_its_backend_says_so()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.SubmitAsync();
        await harness.ObservedAsync();
        Assert.Equal(JobStatus.Queued, (await harness.JobAsync(job.Id)).Status);
        harness.Manager.Start(job.Id);
        Job running = await harness.UntilAsync(job.Id, JobStatus.Running);
        Assert.NotNull(running.StartedAt);
        Assert.Null(running.FinishedAt);
    }

    [Fact]
    public async Task A_finished_job_has_its_evidence_and_its_timeline_and_is_released()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.Exit(job.Id, 0);
        Job settled = await harness.UntilAsync(job.Id, seen => seen.IsSettled, "the job is settled");
        Assert.Equal(JobStatus.Finished, settled.Status);
        Assert.Equal(0, settled.Evidence?.ExitCode);
        Assert.Equal("", settled.Reason);
        Assert.NotNull(settled.FinishedAt);
        Assert.True(harness.Manager.WasReleased(job.Id));
        Assert.Equal(["accepted", "submitted", "running", "finished"], await harness.EventsAsync(job.Id));
    }

    [Fact]
    public async Task A_job_is_not_finished_before_its_outputs_and_logs_are_home()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        var home = new TaskCompletionSource();
        harness.Manager.CollectDelay = home.Task;
        harness.Manager.Exit(job.Id, 0);
        await harness.ObservedAsync(3);
        Assert.Equal(JobStatus.Running, (await harness.JobAsync(job.Id)).Status);
        Assert.False(harness.Manager.WasReleased(job.Id));
        home.SetResult();
        await harness.UntilAsync(job.Id, JobStatus.Finished);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), await harness.LogsAsync(job.Id));
    }

    [Fact]
    public async Task A_failed_step_says_why_as_the_last_line_of_its_log()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.Exit(job.Id, 3);
        Job failed = await harness.UntilAsync(job.Id, JobStatus.Failed);
        Assert.Equal(3, failed.Evidence?.ExitCode);
        Assert.Equal("The step exited with 3.", failed.Reason);
        Assert.Equal($"{ScriptedJobManager.LogOf(job.Attempt)}The step exited with 3.\n", await harness.LogsAsync(job.Id));
    }

    [Fact]
    public async Task A_rejected_job_is_stored_as_failed_with_the_reason_as_the_last_line_of_its_log()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.Next(SubmitScript.Refuse);
        var rejected = Assert.IsType<SubmitResult.Rejected>(await harness.Service.SubmitAsync(Specs.Valid(), "tester"));
        Assert.Equal(ScriptedJobManager.RefusalReason, rejected.Reason);
        Job? stored = await harness.Store.FindAsync(rejected.Job.Id, Cancellation);
        Assert.Equal((JobStatus.Failed, ScriptedJobManager.RefusalReason), (stored!.Status, stored.Reason));
        Assert.Equal($"{ScriptedJobManager.RefusalReason}\n", await harness.LogsAsync(stored.Id));
        Assert.Equal(0, harness.Manager.Arrivals(stored.Id));
    }

    [Fact]
    public async Task A_specification_with_problems_is_told_and_stores_nothing()
    {
        await using Harness harness = await Harness.StartAsync();
        SubmitResult result = await harness.Service.SubmitAsync(Specs.Valid() with { DockerImage = "" }, "tester");
        Assert.Equal("docker_img", Assert.Single(Assert.IsType<SubmitResult.Invalid>(result).Problems).Field);
        Assert.Empty(await harness.Store.ListAsync(null, Cancellation));
        Assert.Equal(0, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_backend_that_is_not_offered_is_told_and_stores_nothing()
    {
        await using Harness harness = await Harness.StartAsync();
        SubmitResult result = await harness.Service.SubmitAsync(Specs.Valid(backend: "Scripted"), "tester");
        Assert.Equal("Scripted", Assert.IsType<SubmitResult.UnknownBackend>(result).Name);
        Assert.Empty(await harness.Store.ListAsync(null, Cancellation));
    }

    [Fact]
    public async Task A_store_that_fails_at_the_insert_stores_nothing_submits_nothing_and_costs_no_place()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 1 };
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Harness harness = await Harness.StartAsync(manager, time: time);
        harness.Store.IsAway = true;
        Task<SubmitResult> refused = harness.Service.SubmitAsync(Specs.Valid(), "tester");
        await Eventually.TrueAsync(() => harness.Journal.Away is not null, "the store is found away");
        await Assert.ThrowsAsync<JobStoreUnavailableException>(() => Harness.WhileTimeGoesByAsync(
            time, TimeSpan.FromSeconds(10), refused, "the submission is refused"));
        Assert.Equal(0, manager.SubmitCalls);
        Assert.Empty(await harness.Service.ListAsync(JobFilter.All, Cancellation));
        harness.Store.IsAway = false;
        Assert.Empty(await harness.Store.ListAsync(null, Cancellation));
        Assert.NotNull((await Harness.WhileTimeGoesByAsync(
            time, TimeSpan.FromMilliseconds(200), harness.SubmitAsync(), "the next one is taken")).Handle);
    }

    [Fact]
    public async Task A_backend_that_takes_long_is_answered_as_queued_at_the_bound_and_submits_once()
    {
        var manager = new ScriptedJobManager();
        var slow = new TaskCompletionSource();
        manager.SubmitDelay = slow.Task;
        await using Harness harness = await Harness.StartAsync(
            manager, options: new() { FirstOutcomeBound = TimeSpan.FromMilliseconds(50) });
        Job job = await harness.SubmitAsync();
        Assert.Equal(JobStatus.Queued, job.Status);
        Assert.NotEmpty(job.Reason);
        Assert.Null(job.Handle);
        slow.SetResult();
        await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "the backend has it");
        await harness.ObservedAsync();
        Assert.Equal(1, manager.Arrivals(job.Id));
    }

    [Fact]
    public async Task Hints_that_come_twice_change_nothing_twice()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.HintTwice(job.Id);
        harness.Manager.Exit(job.Id, 0);
        harness.Manager.HintTwice(job.Id);
        await harness.UntilAsync(job.Id, seen => seen.IsSettled, "the job is settled");
        harness.Manager.HintTwice(job.Id);
        Assert.Equal(["accepted", "submitted", "running", "finished"], await harness.EventsAsync(job.Id));
    }
}
