using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>Lost answers, backends that are away, and limits: never two live jobs of one attempt, and none is lost.</summary>
public sealed class SubmissionTests
{
    [Fact]
    public async Task A_job_whose_reply_was_lost_is_found_and_not_doubled()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.Next(SubmitScript.LoseReply);
        Job job = await harness.SubmitAsync();
        Job found = await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "it is found");
        Assert.Equal($"backend-{job.Id}.1", found.Handle?.Id);
        await harness.ObservedAsync();
        Assert.Equal(1, harness.Manager.Arrivals(job.Id));
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_job_that_certainly_never_arrived_is_submitted_again_once()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.Next(SubmitScript.LoseRequest);
        Job job = await harness.SubmitAsync();
        await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "it is submitted again");
        await harness.ObservedAsync();
        Assert.Equal(1, harness.Manager.Arrivals(job.Id));
        Assert.Equal(2, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_backend_that_cannot_tell_is_asked_again_and_nothing_is_submitted_meanwhile()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.CannotTell = true;
        harness.Manager.Next(SubmitScript.LoseReply);
        Job job = await harness.SubmitAsync();
        await Eventually.TrueAsync(() => harness.Manager.FindCalls >= 4, "it is looked for several times");
        Assert.Equal(1, harness.Manager.SubmitCalls);
        Assert.Null((await harness.JobAsync(job.Id)).Handle);
        harness.Manager.CannotTell = false;
        await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "it is found");
        Assert.Equal(1, harness.Manager.Arrivals(job.Id));
    }

    [Fact]
    public async Task A_job_for_a_backend_that_is_away_is_queued_and_submitted_once_it_is_back()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.IsAway = true;
        Job first = await harness.SubmitAsync();
        Job second = await harness.SubmitAsync();
        Assert.Equal([JobStatus.Queued, JobStatus.Queued], [first.Status, second.Status]);
        Assert.Contains("the scripted backend is away", first.Reason, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", second.Reason, StringComparison.Ordinal);
        harness.Manager.IsAway = false;
        await harness.UntilAsync(first.Id, seen => seen.Handle is not null, "the first is submitted");
        await harness.UntilAsync(second.Id, seen => seen.Handle is not null, "the second is submitted");
        Assert.Equal([1, 1], [harness.Manager.Arrivals(first.Id), harness.Manager.Arrivals(second.Id)]);
    }

    [Fact]
    public async Task A_submission_is_answered_only_once_the_row_says_that_we_owe_it()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Store.FailingWrites = 2;
        Job job = await harness.SubmitAsync();
        Job stored = (await harness.Store.FindAsync(job.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((JobStatus.Queued, true), (stored.Status, stored.Handle is not null));
        Assert.Equal(1, harness.Manager.Arrivals(job.Id));
    }

    [Fact]
    public async Task A_running_job_keeps_its_status_while_its_backend_is_away()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.IsAway = true;
        await Eventually.TrueAsync(() => harness.Manager.AwayCalls >= 2, "the backend is asked in vain");
        Assert.Equal(JobStatus.Running, (await harness.JobAsync(job.Id)).Status);
        harness.Manager.Exit(job.Id, 0);
        harness.Manager.IsAway = false;
        await harness.UntilAsync(job.Id, JobStatus.Finished);
    }

    [Fact]
    public async Task What_exceeds_the_in_flight_limit_waits_in_order_and_runs_later()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 2 };
        await using Harness harness = await Harness.StartAsync(manager);
        var jobs = new List<Job>();
        for (int i = 0; i < 5; i++)
            jobs.Add(await harness.SubmitAsync());
        Assert.All(jobs, job => Assert.Equal(JobStatus.Queued, job.Status));
        await harness.ObservedAsync();
        for (int done = 0; done < jobs.Count; done++)
        {
            IReadOnlyList<JobId> expected = [.. jobs.Skip(done).Take(2).Select(job => job.Id)];
            await Eventually.TrueAsync(
                () => manager.Live.SequenceEqual(expected), $"the two oldest of those left after {done} are at the backend");
            await harness.ObservedAsync();
            Assert.Equal(expected, manager.Live);
            manager.Exit(jobs[done].Id, 0);
            await harness.UntilAsync(jobs[done].Id, JobStatus.Finished);
        }

        Assert.All(jobs, job => Assert.Equal(1, manager.Arrivals(job.Id)));
    }

    [Fact]
    public async Task An_infrastructure_failure_before_the_step_costs_a_second_attempt_and_no_third()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { RestartLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager);
        Job job = await harness.SubmitAsync();
        manager.End(job.Id, InfrastructureEnd(stepMayHaveRun: false));
        Job again = await harness.UntilAsync(
            job.Id, seen => seen is { AttemptNumber: 2, Handle: not null }, "the second attempt is submitted");
        Assert.Equal($"backend-{job.Id}.2", again.Handle?.Id);
        manager.End(job.Id, InfrastructureEnd(stepMayHaveRun: false));
        Job failed = await harness.UntilAsync(job.Id, seen => seen.IsSettled, "the job is settled");
        Assert.Equal((JobStatus.Failed, 1), (failed.Status, failed.RestartCount));
        Assert.Equal([1, 1, 0], [manager.Arrivals(job.Id, 1), manager.Arrivals(job.Id, 2), manager.Arrivals(job.Id, 3)]);
        Assert.True(manager.WasReleased(job.Id, 1) && manager.WasReleased(job.Id, 2));
    }

    [Fact]
    public async Task A_step_that_may_have_run_is_never_tried_again()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { RestartLimit = 5 };
        await using Harness harness = await Harness.StartAsync(manager);
        Job job = await harness.SubmitAsync();
        manager.End(job.Id, InfrastructureEnd(stepMayHaveRun: true));
        Assert.Equal(1, (await harness.UntilAsync(job.Id, JobStatus.Failed)).AttemptNumber);
        Assert.Equal(0, manager.Arrivals(job.Id, 2));
    }

    private static AttemptEnd InfrastructureEnd(bool stepMayHaveRun) => new()
    {
        Class = EndClass.Infrastructure,
        StepMayHaveRun = stepMayHaveRun,
        Evidence =
            new Evidence { Source = EvidenceSource.Backend, Text = "the node was lost", ObservedAt = TimeProvider.System.GetUtcNow() },
    };
}
