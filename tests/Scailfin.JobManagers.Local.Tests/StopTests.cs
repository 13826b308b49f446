using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

public sealed class StopTests : IDisposable
{
    private readonly LocalBench _bench = new();
    private readonly string _seconds = LocalBench.UniqueSeconds();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_stop_ends_the_whole_tree_with_its_daemons()
    {
        Attempt attempt = await _bench.SubmitAsync(
            $"setsid sleep {_seconds} >/dev/null 2>&1 & (sleep {_seconds} & wait) & set -m; (sleep {_seconds}; true) & "
                + $"touch begun; sleep {_seconds}; touch ran-on");
        await _bench.FileAsync("begun");
        await Eventually.TrueAsync(() => LocalBench.Having(_seconds).Count >= 4, "all of the tree runs");
        await _bench.StopAsync(attempt);
        Assert.Equal(EndClass.Cancelled, (await _bench.EndAsync(attempt)).Class);
        await LocalBench.GoneAsync(_seconds);
        await NothingAliveAsync(attempt);
    }

    [Fact]
    public async Task A_step_that_ignores_TERM_is_killed_when_its_grace_is_over()
    {
        Attempt attempt = await _bench.SubmitAsync($"trap '' TERM INT HUP; touch begun; while :; do sleep {_seconds}; done");
        await _bench.FileAsync("begun");
        await _bench.StopAsync(attempt);
        Assert.Equal(EndClass.Cancelled, (await _bench.EndAsync(attempt)).Class);
        await LocalBench.GoneAsync(_seconds);
        await NothingAliveAsync(attempt);
    }

    [Fact]
    public async Task A_stop_that_has_to_kill_the_wrapper_itself_ends_as_stopped_all_the_same()
    {
        Attempt attempt = await _bench.SubmitAsync($"touch begun; sleep {_seconds}");
        await _bench.FileAsync("begun");
        string wrapper = (await File.ReadAllTextAsync(_bench.FilesOf(attempt).Owner, Cancellation)).Split(' ')[0];
        using (var freeze = System.Diagnostics.Process.Start("kill", ["-STOP", wrapper]))
            await freeze.WaitForExitAsync(Cancellation);
        await _bench.StopAsync(attempt);
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal(EndClass.Cancelled, end.Class);
        Assert.Contains("killed", end.Evidence.Text, StringComparison.Ordinal);
        await LocalBench.GoneAsync(_seconds);
    }

    [Fact]
    public async Task A_step_may_use_its_grace_to_clean_up_and_nothing_waits_for_the_rest_of_it()
    {
        _bench.Options = _bench.Options with { Profile = _bench.Options.Profile with { StopGrace = TimeSpan.FromMinutes(10) } };
        Attempt attempt =
            await _bench.SubmitAsync($"trap 'touch cleaned; exit 3' TERM; touch begun; while :; do sleep 0.05; done # {_seconds}");
        await _bench.FileAsync("begun");
        await _bench.StopAsync(attempt);
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal((EndClass.Cancelled, 3), (end.Class, end.Evidence.ExitCode));
        Assert.True(File.Exists(_bench.InWorkspace("cleaned")));
        await NothingAliveAsync(attempt);
    }

    [Fact]
    public async Task A_single_stop_right_after_the_submission_ends_the_job()
    {
        Attempt[] attempts = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _bench.SubmitAsync($"sleep {_seconds}")))];
        await Task.WhenAll(attempts.Select((attempt, i) => StopAfterAsync(attempt, TimeSpan.FromMilliseconds(3 * i))));
        foreach (Attempt attempt in attempts)
            Assert.Equal(EndClass.Cancelled, (await _bench.EndAsync(attempt)).Class);
        await LocalBench.GoneAsync(_seconds);
    }

    [Fact]
    public async Task After_a_stop_that_came_first_no_submission_ever_runs_the_step()
    {
        Attempt attempt = Specs.NewAttempt(_bench.Spec("touch ran"));
        await _bench.StopAsync(attempt);
        await _bench.NewManager().SubmitAsync(attempt, Cancellation);
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal((EndClass.Cancelled, false), (end.Class, end.StepMayHaveRun));
        await NothingAliveAsync(attempt);
        Assert.False(File.Exists(_bench.InWorkspace("ran")));
    }

    [Fact]
    public async Task What_a_step_leaves_in_the_background_is_dead_when_the_job_ended()
    {
        Attempt attempt = await _bench.SubmitAsync(
            $"sleep {_seconds} & setsid sh -c 'touch apart; sleep {_seconds}' & set -m; "
                + $"(touch looping; while :; do sleep {_seconds}; done) & "
                + "until [ -e apart ] && [ -e looping ]; do sleep 0.05; done; echo done");
        Assert.Equal(EndClass.Succeeded, (await _bench.EndAsync(attempt)).Class);
        await LocalBench.GoneAsync(_seconds);
        await NothingAliveAsync(attempt);
        Assert.StartsWith("done\n", await _bench.LogsAsync(attempt), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_runs_longer_than_its_limit_ends_with_that_sentence()
    {
        Attempt attempt = await _bench.SubmitAsync(_bench.Spec($"echo begun; sleep {_seconds}") with { Timeout = TimeSpan.FromSeconds(1) });
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal(EndClass.Limit, end.Class);
        Assert.Equal("The job was killed because it ran longer than its time limit.", end.Evidence.Text);
        await LocalBench.GoneAsync(_seconds);
        await NothingAliveAsync(attempt);
    }

    [Fact]
    public async Task A_wrapper_that_was_killed_is_an_infrastructure_failure_and_its_step_dies_with_it()
    {
        Attempt attempt =
            await _bench.SubmitAsync($"setsid sleep {_seconds} & touch begun; sleep {_seconds}; touch ran-on; sleep {_seconds}");
        await _bench.FileAsync("begun");
        (int pid, _) = LocalAttempt.Owner(_bench.FilesOf(attempt))!.Value;
        using (var wrapper = System.Diagnostics.Process.GetProcessById(pid))
            wrapper.Kill();
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal((EndClass.Infrastructure, true), (end.Class, end.StepMayHaveRun));
        Assert.Contains("disappeared without a receipt", end.Evidence.Text, StringComparison.Ordinal);
        await LocalBench.GoneAsync(_seconds);
        await NothingAliveAsync(attempt);
        Assert.False(File.Exists(_bench.InWorkspace("ran-on")));
    }

    private static Task NothingAliveAsync(Attempt attempt) =>
        Eventually.TrueAsync(() => ProcessTable.MembersOf(attempt.Identity).Count == 0, "no process belongs to the attempt");

    private async Task StopAfterAsync(Attempt attempt, TimeSpan delay)
    {
        await Task.Delay(delay, TimeProvider.System, Cancellation);
        await _bench.StopAsync(attempt);
    }
}
