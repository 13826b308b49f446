using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Xunit;

namespace Scailfin.Testing;

/// <summary>The promises of <see cref="IJobManager"/>. Every manager runs them against its backend or a faithful double of it.</summary>
public abstract class JobManagerContract
{
    /// <summary>What <see cref="SpecThatFails"/> exits with.</summary>
    protected const int FailingExitCode = 7;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What <see cref="SpecThatSucceeds"/> leaves in its log; empty where the log is not to be looked at.</summary>
    protected abstract string ExpectedInLog { get; }

    [Fact]
    public async Task Validating_a_good_specification_finds_no_problem_and_gives_the_same_answer_again()
    {
        IJobManager manager = await CreateManager();
        JobSpec spec = SpecThatSucceeds();
        Assert.Empty(manager.Validate(spec));
        Assert.Empty(manager.Validate(spec));
        Assert.IsNotType<Finding.Found>(await FindAsync(manager, Specs.NewAttempt(spec)));
    }

    [Fact]
    public async Task A_step_that_succeeds_is_observed_to_its_end_with_evidence()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatSucceeds());
        AttemptEnd end = await EndOfAsync(manager, attempt);
        Assert.True(end.Class == EndClass.Succeeded, $"{end.Class}: {end.Evidence.Text}");
        Assert.Equal(0, end.Evidence.ExitCode);
        Assert.NotEmpty(end.Evidence.Text);
    }

    [Fact]
    public async Task A_step_that_fails_ends_as_the_steps_failure_with_its_exit_code()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatFails());
        AttemptEnd end = await EndOfAsync(manager, attempt);
        Assert.True(end.Class == EndClass.Step, $"{end.Class}: {end.Evidence.Text}");
        Assert.Equal(FailingExitCode, end.Evidence.ExitCode);
        Assert.True(end.StepMayHaveRun);
    }

    [Fact]
    public async Task Submitting_the_same_attempt_twice_runs_it_once()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = Specs.NewAttempt(SpecThatSucceeds());
        await Task.WhenAll(manager.SubmitAsync(attempt, Cancellation), manager.SubmitAsync(attempt, Cancellation));
        await manager.SubmitAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Succeeded, (await EndOfAsync(manager, attempt)).Class);
        Assert.Equal(1, await RunCountAsync(attempt));
    }

    [Fact]
    public async Task A_confirmed_submission_is_found()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = Specs.NewAttempt(SpecThatRunsLong());
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        var found = Assert.IsType<Finding.Found>(await FindAsync(manager, attempt));
        Assert.Equal(accepted.Handle.Id, found.Handle.Id);
        await EndByStopAsync(manager, attempt with { Handle = found.Handle });
    }

    [Fact]
    public async Task An_attempt_that_was_never_submitted_is_not_found()
    {
        IJobManager manager = await CreateManager();
        Assert.IsNotType<Finding.Found>(await FindAsync(manager, Specs.NewAttempt(SpecThatSucceeds())));
    }

    [Fact]
    public async Task A_running_job_that_is_stopped_ends_as_cancelled()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatRunsLong());
        await Eventually.TrueAsync(async () => (await ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "the job runs");
        Assert.Equal(EndClass.Cancelled, (await EndByStopAsync(manager, attempt)).Class);
    }

    [Fact]
    public async Task Stopping_twice_is_fine()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatRunsLong());
        await manager.StopAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await EndByStopAsync(manager, attempt)).Class);
        await manager.StopAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await EndOfAsync(manager, attempt)).Class);
    }

    [Fact]
    public async Task A_stop_that_comes_first_keeps_a_later_submission_from_running()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = Specs.NewAttempt(SpecThatSucceeds());
        await manager.StopAsync(attempt, Cancellation);
        await manager.SubmitAsync(attempt, Cancellation);
        await Eventually.TrueAsync(
            async () => (await ObserveAsync(manager, attempt)).Phase is ObservedPhase.Ended or ObservedPhase.NotKnown, "nothing is alive");
        Assert.Equal(0, await RunCountAsync(attempt));
    }

    [Fact]
    public async Task Collecting_brings_the_log_and_can_be_repeated()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatSucceeds());
        await EndOfAsync(manager, attempt);
        string first = (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs;
        Assert.Contains(ExpectedInLog, first, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', first);
        Assert.Equal(first, (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
    }

    [Fact]
    public async Task An_attempt_that_never_started_can_be_collected()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = Specs.NewAttempt(SpecThatSucceeds());
        await manager.StopAsync(attempt, Cancellation);
        Assert.NotNull((await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
    }

    [Fact]
    public async Task A_released_attempt_is_not_known_and_can_be_released_again()
    {
        IJobManager manager = await CreateManager();
        Attempt attempt = await SubmitAsync(manager, SpecThatSucceeds());
        await EndOfAsync(manager, attempt);
        await manager.ReleaseAsync(attempt, Cancellation);
        await manager.ReleaseAsync(attempt, Cancellation);
        Assert.Equal(ObservedPhase.NotKnown, (await ObserveAsync(manager, attempt)).Phase);
    }

    [Fact]
    public async Task Many_attempts_are_observed_in_their_order_and_strangers_are_not_known()
    {
        IJobManager manager = await CreateManager();
        Attempt good = await SubmitAsync(manager, SpecThatSucceeds());
        Attempt bad = await SubmitAsync(manager, SpecThatFails());
        Attempt stranger = Specs.NewAttempt(SpecThatSucceeds());
        await EndOfAsync(manager, good);
        await EndOfAsync(manager, bad);
        IReadOnlyList<Observation> seen = await manager.ObserveAsync([bad, stranger, good], Cancellation);
        Assert.Equal([bad.JobId, stranger.JobId, good.JobId], seen.Select(observation => observation.JobId));
        Assert.Equal([ObservedPhase.Ended, ObservedPhase.NotKnown, ObservedPhase.Ended], seen.Select(observation => observation.Phase));
    }

    /// <summary>Six of a hundred attempts have a fault each, every one in another member; the others must not notice.</summary>
    [Fact]
    public async Task An_attempt_that_throws_has_its_reason_and_the_other_ninety_nine_are_not_affected()
    {
        var manager = new FailingJobManager(await CreateManager());
        await using LifecycleBench bench = await LifecycleBench.StartAsync(manager);
        Dictionary<ManagerMember, JobId> faulty = [];
        foreach (ManagerMember member in Enum.GetValues<ManagerMember>())
        {
            JobSpec spec = member == ManagerMember.Stop ? SpecThatRunsLong() : SpecThatSucceeds();
            faulty[member] = await bench.SubmitAsync(spec with { JobName = member.ToString() });
        }

        await bench.UntilAsync([faulty[ManagerMember.Stop]], job => job.Handle is not null, "the backend has it");
        var stopping = bench.Service.StopAsync(await bench.JobAsync(faulty[ManagerMember.Stop]));
        JobId[] others = await Task.WhenAll(Enumerable.Range(0, 100 - faulty.Count).Select(_ => bench.SubmitAsync(SpecThatSucceeds())));
        await bench.UntilAsync(others, job => job.Status == JobStatus.Finished, "all others have finished");
        await bench.UntilAsync([faulty[ManagerMember.Release]], job => job.Status == JobStatus.Finished, "its end is told");
        await stopping;
        foreach ((ManagerMember member, JobId id) in faulty)
        {
            await Eventually.TrueAsync(
                async () => (await bench.Service.ExplainAsync(await bench.JobAsync(id), Cancellation)).Sentences
                    .Any(sentence => sentence.Contains(FailingJobManager.Fault, StringComparison.Ordinal)),
                $"the job that throws in {member} has its reason");
            Assert.Equal(member == ManagerMember.Release, (await bench.JobAsync(id)).Status.IsTerminal());
        }

        manager.IsMended = true;
        await bench.UntilAsync([.. faulty.Values, .. others], job => job.IsSettled, "nothing is owed any more");
        Assert.Equal(JobStatus.Stopped, (await bench.JobAsync(faulty[ManagerMember.Stop])).Status);
        foreach (JobId id in faulty.Values.Except([faulty[ManagerMember.Stop]]).Concat(others))
        {
            Job job = await bench.JobAsync(id);
            Assert.Equal((JobStatus.Finished, 1), (job.Status, await RunCountAsync(job.Attempt)));
        }
    }

    protected abstract Task<IJobManager> CreateManager();

    /// <summary>A step that exits with 0 soon.</summary>
    protected abstract JobSpec SpecThatSucceeds();

    /// <summary>A step that exits with <see cref="FailingExitCode"/> soon.</summary>
    protected abstract JobSpec SpecThatFails();

    /// <summary>A step that runs until it is stopped.</summary>
    protected abstract JobSpec SpecThatRunsLong();

    /// <summary>How often the step of the attempt began, told by a mark that the step leaves.</summary>
    protected abstract Task<int> RunCountAsync(Attempt attempt);

    private static async Task<Attempt> SubmitAsync(IJobManager manager, JobSpec spec)
    {
        Attempt attempt = Specs.NewAttempt(spec);
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }

    private static async Task<AttemptEnd> EndByStopAsync(IJobManager manager, Attempt attempt)
    {
        await manager.StopAsync(attempt, Cancellation);
        return await EndOfAsync(manager, attempt);
    }

    private static async Task<AttemptEnd> EndOfAsync(IJobManager manager, Attempt attempt) =>
        (await ManagerDriver.EndAsync(manager, attempt)).End!;

    private static async Task<Observation> ObserveAsync(IJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.ObserveAsync([attempt], Cancellation));

    private static async Task<Finding> FindAsync(IJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.FindAsync([attempt], Cancellation));
}
