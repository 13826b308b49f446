using System.Diagnostics;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

public sealed class LocalJobManagerTests : IDisposable
{
    private readonly LocalBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, EndClass.Succeeded)]
    [InlineData(1, EndClass.Step)]
    [InlineData(127, EndClass.Step)]
    [InlineData(213, EndClass.Step)]
    [InlineData(255, EndClass.Step)]
    public async Task The_exit_code_of_the_step_passes(int code, EndClass kind)
    {
        AttemptEnd end = await _bench.EndAsync(await _bench.SubmitAsync($"exit {code}"));
        Assert.Equal((code, kind), (end.Evidence.ExitCode, end.Class));
        Assert.Null(end.Evidence.FailedPhase);
        Assert.True(end.StepMayHaveRun);
        Assert.NotNull(end.StartedAt);
    }

    [Fact]
    public async Task An_offset_into_the_log_means_the_same_while_the_job_runs_and_afterwards()
    {
        Attempt attempt = await _bench.SubmitAsync(
            @"printf 'a\0b\xff\xfe\xed\xa0\x80\n'; while [ ! -e go ]; do sleep 0.1; done; echo é");
        byte[] live = [];
        await Eventually.TrueAsync(
            async () => (live = (await _bench.NewManager().ReadLogAsync(attempt, 0, 100, Cancellation)).ToArray()).Length == 9,
            "the first line is there");
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        await _bench.EndAsync(attempt);
        byte[] stored = Encoding.UTF8.GetBytes(await _bench.LogsAsync(attempt));
        Assert.Equal(live, stored[..9]);
        Assert.Equal("a?b?????\né\n", Encoding.UTF8.GetString(stored));
        Assert.Equal(stored[9..], (await _bench.NewManager().ReadLogAsync(attempt, 9, 100, Cancellation)).ToArray());
    }

    [Fact]
    public async Task A_second_copy_of_the_wrapper_exits_with_213_and_changes_nothing()
    {
        Attempt attempt = await _bench.SubmitAsync("echo once | tee -a runs; ls /nowhere");
        await _bench.EndAsync(attempt);
        WrapperFiles files = _bench.FilesOf(attempt);
        await Eventually.TrueAsync(() => !Directory.Exists(Path.Combine(files.Directory, "work")), "the first copy has cleared away");
        await File.AppendAllTextAsync(files.Complaints, "a complaint\n", Cancellation);
        Dictionary<string, string> before = Contents(files.Directory);
        Assert.Equal(213, await RunAgainAsync(files));
        Assert.Equal(before, Contents(files.Directory));
        Assert.Equal("once\n", await File.ReadAllTextAsync(_bench.InWorkspace("runs"), Cancellation));
    }

    [Fact]
    public async Task A_missing_runtime_ends_the_attempt_in_its_phase_with_127_and_names_the_image()
    {
        _bench.Options = _bench.Options with
        {
            Profile = _bench.Options.Profile with { Runtimes = ["bubblewrap"], ImageDirectories = [_bench.Workspace] },
        };
        Attempt attempt = await _bench.SubmitAsync(_bench.Spec("touch ran") with { DockerImage = "no/such:image" });
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal((EndClass.Infrastructure, 127, "runtime"), (end.Class, end.Evidence.ExitCode, end.Evidence.FailedPhase));
        Assert.Contains("'no/such:image'", end.Evidence.Text, StringComparison.Ordinal);
        Assert.False(end.StepMayHaveRun);
        Assert.Contains("'no/such:image'", await _bench.LogsAsync(attempt), StringComparison.Ordinal);
        Assert.False(File.Exists(_bench.InWorkspace("ran")));
    }

    [Fact]
    public async Task A_new_manager_on_the_same_directory_adopts_what_runs_and_collects_it()
    {
        Attempt attempt = await _bench.SubmitAsync("echo before; touch begun; until [ -e go ]; do sleep 0.05; done; echo after");
        await _bench.FileAsync("begun");
        LocalJobManager next = _bench.NewManager();
        Attempt forgotten = attempt with { Handle = null };
        Assert.IsType<Finding.Found>(Assert.Single(await next.FindAsync([forgotten], Cancellation)));
        Assert.Equal(ObservedPhase.Running, Assert.Single(await next.ObserveAsync([forgotten], Cancellation)).Phase);
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        Assert.Equal(EndClass.Succeeded, (await _bench.EndAsync(forgotten)).Class);
        Assert.Equal("before\nafter\n", (await next.CollectAsync(forgotten, end: null, Cancellation)).Logs);
    }

    [Fact]
    public async Task A_workspace_that_does_not_exist_is_refused_by_name()
    {
        string missing = _bench.InWorkspace("missing");
        Attempt attempt = Specs.NewAttempt(_bench.Spec("true") with { WorkflowWorkspace = missing });
        var rejected = Assert.IsType<Submission.Rejected>(await _bench.NewManager().SubmitAsync(attempt, Cancellation));
        Assert.Contains(missing, rejected.Reason, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.FilesOf(attempt).Directory));
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_without_being_asked_for()
    {
        LocalJobManager manager = _bench.NewManager();
        var told = new TaskCompletionSource<JobId>(TaskCreationOptions.RunContinuationsAsynchronously);
        manager.Changed = id => told.TrySetResult(id);
        Attempt attempt = Specs.NewAttempt(_bench.Spec("true"));
        await manager.SubmitAsync(attempt, Cancellation);
        Assert.Equal(attempt.JobId, await Eventually.EndAsync(told.Task, "the manager tells of it"));
        Assert.NotNull((await _bench.ObserveAsync(attempt)).End);
    }

    private static Dictionary<string, string> Contents(string directory) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);

    private static async Task<int> RunAgainAsync(WrapperFiles files)
    {
        var start = new ProcessStartInfo("bash") { ArgumentList = { files.Script } };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }
}
