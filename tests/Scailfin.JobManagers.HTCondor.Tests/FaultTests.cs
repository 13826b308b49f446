using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>
/// What goes wrong with one job of a pool that is well: the right status, a reason that a person understands, one execution.
/// </summary>
public sealed class FaultTests(Pool pool) : IAsyncLifetime
{
    private HTCondorBench? _bench;

    private HTCondorBench Bench => _bench!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
    }

    [Fact]
    public async Task A_step_that_kills_itself_fails_with_its_signal()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("kill -SEGV $$"));
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Step, 139), (end.Class, end.Evidence.ExitCode));
        Assert.Contains("signal 11", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_is_sent_again_does_not_put_off_the_end_of_a_submission_that_was_lost()
    {
        var time = new ShiftedTime();
        HTCondorJobManager manager = Bench.NewManager(time: time);
        Attempt attempt = Specs.NewAttempt(Bench.Marking("true"));
        AttemptPlace place = Bench.PlaceOf(attempt);
        WorkspaceOwner.Do(Bench.Workspace, () =>
        {
            AttemptFiles.MakeDirectory(place);
            AttemptFiles.Write(place.Submitting, "");
            return true;
        });
        for (TimeSpan passed = TimeSpan.Zero; passed <= Bench.Options.CallDeadline; passed += Bench.Options.CallDeadline / 2)
        {
            await manager.StopAsync(attempt, Cancellation);
            Assert.Equal(ObservedPhase.NotKnown, (await HTCondorBench.ObserveAsync(manager, attempt)).Phase);
            time.Shift += Bench.Options.CallDeadline / 2;
        }

        await manager.StopAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await HTCondorBench.ObserveAsync(manager, attempt)).End?.Class);
    }

    [Fact]
    public async Task A_time_limit_ends_the_step_and_says_so()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("sleep 1000") with { Timeout = TimeSpan.FromSeconds(1) });
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal(EndClass.Limit, end.Class);
        Assert.Contains("longer than its time limit", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_runtime_is_named()
    {
        Bench.Options = Bench.Options with { Profile = Bench.Options.Profile with { Runtimes = ["shifter"] } };
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true") with { DockerImage = "no/such:image" });
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal(
            (EndClass.Infrastructure, 127, "runtime", false),
            (end.Class, end.Evidence.ExitCode, end.Evidence.FailedPhase, end.StepMayHaveRun));
        Assert.Contains("shifter", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_is_missing_is_tried_some_times_and_then_fails_with_HTCondors_reason()
    {
        Bench.Options = Bench.Options with { Requirements = Never, Releases = 1 };
        HTCondorJobManager manager = Bench.NewManager();
        await File.WriteAllTextAsync(Bench.InWorkspace("in"), "x", Cancellation);
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        File.Delete(Bench.PlaceOf(attempt).Files.InputArchive);
        (await Bench.RunAsync("condor_qedit", attempt.Handle!.Id, "Requirements", "(NumShadowStarts ?: 0) <= (ScailfinAllowedTries ?: 0)"))
            .OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Infrastructure, false), (end.Class, end.StepMayHaveRun));
        Assert.StartsWith("Its input files could not be sent. HTCondor says:", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Equal(0, Bench.Runs(attempt));
    }

    [Fact]
    public async Task A_program_that_the_machine_cannot_start_fails_with_HTCondors_reason()
    {
        Bench.Options = Bench.Options with { Requirements = Never };
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        (await Bench.RunAsync(
            "condor_qedit",
            attempt.Handle!.Id,
            "Cmd",
            "\"/no/such/bash\"",
            "Requirements",
            "(NumShadowStarts ?: 0) <= (ScailfinAllowedTries ?: 0)"))
            .OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal(EndClass.Infrastructure, end.Class);
        Assert.Contains("could not be started on the execute machine. HTCondor says:", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Contains("/no/such/bash", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Equal(0, Bench.Runs(attempt));
    }

    [Fact]
    public async Task A_step_whose_program_does_not_exist_fails_with_the_shells_words()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("no-such-program"));
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Step, 127, 1), (end.Class, end.Evidence.ExitCode, Bench.Runs(attempt)));
        Assert.Contains("no-such-program", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_job_runs_with_a_reason_and_goes_on()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking($"until [ -e '{Bench.Marks}/go' ]; do sleep 0.1; done"));
        await Eventually.TrueAsync(() => Bench.Runs(attempt) == 1, "the step begins");
        await HTCondorBench.PhaseAsync(manager, attempt, ObservedPhase.Running);
        (await Bench.RunAsync("condor_suspend", attempt.Handle!.Id)).OutputOfSuccess();
        await Eventually.TrueAsync(
            async () => (await HTCondorBench.ObserveAsync(manager, attempt))
                is { Phase: ObservedPhase.Running, Reason: "It is suspended by the machine that it runs on." },
            "the suspension shows");
        Assert.StartsWith("It is suspended", Assert.Single(await manager.ExplainAsync(attempt, Cancellation)), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Bench.Marks, "go"), "", Cancellation);
        (await Bench.RunAsync("condor_continue", attempt.Handle!.Id)).OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.True(
            end.Class == EndClass.Succeeded, $"{end.Evidence.Text} {(await manager.CollectAsync(attempt, end: null, Cancellation)).Logs}");
        Assert.Equal(1, Bench.Runs(attempt));
    }

    [Fact]
    public async Task A_job_that_waits_says_why_and_one_that_is_removed_by_hand_fails_with_that_reason()
    {
        Bench.Options = Bench.Options with { Requirements = Never };
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        Assert.Contains(attempt.Handle!.Id, (await manager.ExplainAsync(attempt, Cancellation))[0], StringComparison.Ordinal);
        (await Bench.RunAsync("condor_rm", attempt.Handle!.Id)).OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal(EndClass.Cancelled, end.Class);
        Assert.Contains("removed from HTCondor's queue, not by this service", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Contains("alice", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_removed_by_hand_while_it_runs_fails_with_that_reason()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await RunningAsync(manager);
        (await Bench.RunAsync("condor_rm", attempt.Handle!.Id)).OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Cancelled, true), (end.Class, end.StepMayHaveRun));
        Assert.Contains("not by this service", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_a_person_holds_before_it_runs_waits_and_goes_on_when_it_is_released()
    {
        Bench.Options = Bench.Options with { Requirements = Never };
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        (await Bench.RunAsync("condor_hold", attempt.Handle!.Id)).OutputOfSuccess();
        await Eventually.TrueAsync(
            async () => (await HTCondorBench.ObserveAsync(manager, attempt)).Reason.StartsWith(
                "Held: It was put on hold by a person", StringComparison.Ordinal),
            "the hold shows");
        Assert.Equal(ObservedPhase.Waiting, (await HTCondorBench.ObserveAsync(manager, attempt)).Phase);
        (await Bench.RunAsync("condor_qedit", attempt.Handle!.Id, "Requirements", "true")).OutputOfSuccess();
        (await Bench.RunAsync("condor_release", attempt.Handle!.Id)).OutputOfSuccess();
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
    }

    [Fact]
    public async Task A_job_that_a_person_holds_while_it_runs_fails_because_it_is_not_started_twice()
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await RunningAsync(manager);
        (await Bench.RunAsync("condor_hold", attempt.Handle!.Id)).OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.True(end.StepMayHaveRun);
        Assert.Contains("put on hold by a person", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Equal(1, Bench.Runs(attempt));
    }

    [Fact]
    public async Task A_job_whose_history_was_rotated_away_ends_by_its_receipt()
    {
        Bench.Options = Bench.Options with { Profile = Bench.Options.Profile with { Staging = StagingMode.Shared } };
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("exit 3"));
        await Eventually.TrueAsync(() => File.Exists(Bench.PlaceOf(attempt).Files.Receipt), "the wrapper leaves its receipt");

        // As good as gone from both: neither shows what we are done with.
        await Eventually.TrueAsync(
            async () => (await Bench.RunAsync("condor_qedit", attempt.Handle!.Id, "ScailfinReleased", "true")).ExitCode == 0,
            "the job is hidden");
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Step, 3), (end.Class, end.Evidence.ExitCode));
    }

    [Theory]
    [InlineData("vacate")]
    [InlineData("shadow")]
    [InlineData("starter")]
    public async Task A_job_that_loses_its_machine_is_never_started_again_and_says_so(string how)
    {
        HTCondorJobManager manager = Bench.NewManager();
        Attempt attempt = await RunningAsync(manager);
        await (how switch
        {
            "vacate" => VacateAsync(attempt),
            "shadow" => KillAsync($"[c]ondor_shadow.* {attempt.Handle!.Id} "),
            _ => KillStarterAsync(attempt),
        });
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Infrastructure, true), (end.Class, end.StepMayHaveRun));
        Assert.Contains("started once", end.Evidence.Text, StringComparison.Ordinal);
        await manager.ReleaseAsync(attempt, Cancellation);
        Assert.Equal(1, Bench.Runs(attempt));
        await Eventually.TrueAsync(async () => await Bench.EntriesAsync(attempt) == 0, "nothing of it is left in the queue");
    }

    private static ClassAdExpression Never => ClassAdExpression.Of(value: false);

    private async Task<Attempt> RunningAsync(HTCondorJobManager manager)
    {
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("sleep 1000"));
        await Eventually.TrueAsync(() => Bench.Runs(attempt) == 1, "the step begins");
        await HTCondorBench.PhaseAsync(manager, attempt, ObservedPhase.Running);
        return attempt;
    }

    private async Task VacateAsync(Attempt attempt) =>
        (await Bench.RunAsync("condor_vacate_job", "-fast", attempt.Handle!.Id)).OutputOfSuccess();

    private async Task KillStarterAsync(Attempt attempt)
    {
        string host = (await Bench.RunAsync("condor_q", attempt.Handle!.Id, "-af", "RemoteHost")).OutputOfSuccess().Trim();
        await KillAsync($"[c]ondor_starter.* {host.Split('@')[0]} ");
    }

    private async Task KillAsync(string pattern) => (await pool.Site.ExecAsync("root", "pkill", "-KILL", "-f", pattern)).OutputOfSuccess();
}
