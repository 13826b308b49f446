using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>What one job's trouble, or one owner's, does to itself and not to others.</summary>
public sealed class TroubleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_limit_of_one_owner_lets_the_others_go_on_and_is_the_reason_of_his_jobs()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.Next(SubmitScript.DeferOwner);
        Job first = await SubmitAsync(harness, "anna");
        Job second = await SubmitAsync(harness, "anna");
        Job other = await SubmitAsync(harness, "bert");
        await harness.UntilAsync(other.Id, job => job.Handle is not null, "the other owner's job is there");
        Assert.Equal((JobStatus.Queued, null), (second.Status, second.Handle));
        Assert.Contains(ScriptedJobManager.LimitReason, second.Reason, StringComparison.Ordinal);
        await harness.UntilAsync(first.Id, job => job.Handle is not null, "the first is tried again");
        await harness.UntilAsync(second.Id, job => job.Handle is not null, "and the second follows");
    }

    [Fact]
    public async Task A_limit_costs_one_try_a_pause_however_many_jobs_wait()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Harness harness = await Harness.StartAsync(time: time);
        harness.Manager.Next([.. Enumerable.Repeat(SubmitScript.DeferOwner, 100)]);
        for (int i = 0; i < 50; i++)
            await SubmitAsync(harness, "anna");
        Assert.Equal(1, harness.Manager.SubmitCalls);

        // Pauses of 1, 2, 4, 8, 16 and 30 s.
        await Harness.WhileTimeGoesByAsync(
            time, TimeSpan.FromMilliseconds(100), () => harness.Manager.SubmitCalls == 6, "it is tried again");
        Assert.InRange(harness.Manager.SubmitCalls, 6, 7);
    }

    [Fact]
    public async Task One_that_cannot_be_submitted_now_leaves_its_place_to_others()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager);
        manager.Next(SubmitScript.DeferAttempt);
        Job first = await SubmitAsync(harness, "anna");
        Assert.Equal(ScriptedJobManager.LimitReason, first.Reason);
        Job other = await SubmitAsync(harness, "anna");
        await harness.UntilAsync(other.Id, job => job.Handle is not null, "the other has the place");
    }

    [Fact]
    public async Task While_others_wait_one_owner_has_at_most_half_of_the_places()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 4 };
        await using Harness harness = await Harness.StartAsync(manager);
        List<Job> annas = [];
        for (int i = 0; i < 12; i++)
            annas.Add(await SubmitAsync(harness, "anna"));
        List<Job> berts = [await SubmitAsync(harness, "bert"), await SubmitAsync(harness, "bert")];
        Assert.Equal(4, manager.Live.Count);

        // Alone she had all of them; what becomes free goes to him until he has half.
        foreach (Job done in annas.Take(2))
            manager.Exit(done.Id, 0);
        await Eventually.TrueAsync(() => berts.All(job => manager.Arrivals(job.Id) == 1), "both of his are there");
        Assert.Equal(2, annas.Skip(2).Count(job => manager.Live.Contains(job.Id)));
    }

    [Fact]
    public async Task What_should_be_done_about_a_job_is_done_once_and_looked_at_again()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.Need(job.Id, new Kick());
        await Eventually.TrueAsync(() => harness.Manager.ApplyCalls == 1, "it is done");
        await harness.ObservedAsync(3);
        Assert.Equal(1, harness.Manager.ApplyCalls);
    }

    [Fact]
    public async Task What_was_brought_home_decides_over_the_end_that_was_observed()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.Overrule(job.Id, new AttemptEnd
        {
            Class = EndClass.Infrastructure,
            StepMayHaveRun = true,
            Evidence = new Evidence { Source = EvidenceSource.Receipt, Text = "No space left.", ObservedAt = job.CreatedAt },
        });
        harness.Manager.Exit(job.Id, 0);
        Assert.Equal("No space left.", (await harness.UntilAsync(job.Id, JobStatus.Failed)).Reason);
    }

    [Theory]
    [InlineData(true, JobStatus.Failed)]
    [InlineData(false, JobStatus.Finished)]
    public async Task What_cannot_be_brought_home_is_after_the_bound_the_reason_or_a_line_of_the_log(bool isProvisional, JobStatus status)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var manager = new ScriptedJobManager { CannotCollect = "Permission denied: output.tar", Output = "last words\n" };
        manager.Traits = manager.Traits with { CollectBound = TimeSpan.FromMinutes(1) };
        await using Harness harness = await Harness.StartAsync(manager, time: time);
        Job job = await harness.RunningAsync();
        manager.End(job.Id, new AttemptEnd
        {
            Class = EndClass.Succeeded,
            StepMayHaveRun = true,
            IsProvisional = isProvisional,
            Evidence =
                new Evidence { Source = EvidenceSource.Receipt, Text = "It exited with 0.", ExitCode = 0, ObservedAt = job.CreatedAt },
        });
        DateTimeOffset begin = time.GetUtcNow();
        Job ended = await harness.UntilAsync(
            job.Id,
            seen =>
            {
                time.Advance(TimeSpan.FromSeconds(2));
                return seen.Status.IsTerminal();
            },
            "the job ends");
        Assert.Equal(status, ended.Status);
        Assert.Equal(isProvisional, ended.Reason.Contains(manager.CannotCollect, StringComparison.Ordinal));
        Assert.True(time.GetUtcNow() - begin >= manager.Traits.CollectBound);
        string logs = await harness.LogsAsync(job.Id);
        Assert.StartsWith("last words\n", logs, StringComparison.Ordinal);
        Assert.Contains(manager.CannotCollect, logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wall_clock_may_be_set_back_and_intervals_do_not_notice()
    {
        var time = new SteppedTime();
        await using Harness harness = await Harness.StartAsync(time: time);
        Job job = await harness.RunningAsync();
        time.Step = -TimeSpan.FromMinutes(10);
        harness.Manager.Exit(job.Id, 0);
        await harness.UntilAsync(job.Id, JobStatus.Finished);
    }

    private static async Task<Job> SubmitAsync(Harness harness, string owner) =>
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(Specs.Valid(), owner)).Job;

    private sealed record Kick() : Remedy("kick it");

    /// <summary>A wall clock that somebody sets; the monotonic one goes on.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;
    }
}
