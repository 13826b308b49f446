using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>An end from outside, in each phase: by TERM, or by KILL of everything at once, as schedulers do it.</summary>
public sealed class PhaseTests(HpcContainer site)
{
    private const string Step = "echo ran >>/home/ran; echo made >made; echo ready; ";

    private static readonly RuntimeTarget Target = new()
    {
        Name = "phases",
        Image = "docker.io/library/box:1",
        Workspace = "/w",
        StandsIn = true,
        // The step tells that it ran in the attempt's own folder, which outlives the workspace.
        Profile = new SiteProfile { Runtimes = ["shifter"], Scratch = ["$SCRATCH"], Binds = ["{P}:/home"] },
    };

    /// <summary>Which call of a tool a phase is caught in.</summary>
    private static readonly Dictionary<string, string> Calls = new(StringComparer.Ordinal)
    {
        ["claim"] = "mkfifo *",
        ["runtime"] = "shifter --version",
        ["stage_in"] = "tar -xof *",
        ["image"] = "shifterimg pull *",
        ["stage_out"] = "tar --hard-dereference *",
        ["receipt"] = "sync */receipt.json.tmp",
    };

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<Scenario> All =>
        from end in (string[])["term", "kill"]
        from phase in Calls.Keys.Append("run")
        select new Scenario($"{end}-{phase}", phase == "run" ? $"{Step}sleep 1000" : Step)
        {
            Blocks = Calls.GetValueOrDefault(phase),
            StopsAt = "ready",
            // Some schedulers tell every process to end, not only the first.
            AtStop =
                end == "kill" ? Scenario.KillAll : phase is "stage_out" or "receipt" ? "pkill -TERM -s $session" : "kill -TERM $session",
            Before = "mkdir scratch",
            Under = "export SCRATCH=$PWD/scratch",
            After = end == "kill" ? "bash wrapper.sh; echo $? >code.2" : ":",
        };

    [Theory]
    [InlineData("claim")]
    [InlineData("runtime")]
    [InlineData("stage_in")]
    [InlineData("image")]
    public async Task A_stop_before_the_step_ends_the_job_in_that_phase(string phase)
    {
        AttemptResult result = await OfAsync($"term-{phase}");
        Assert.True(result.Receipt?.FailedPhase == phase, result.ToString());
        Assert.Equal(
            (143, 143, "stopped", false), (result.ExitCode, result.Receipt.ExitCode, result.Receipt.Cause, result.Receipt.StepMayHaveRun));
        Assert.Equal($"The job was stopped in phase {phase}.", result.Receipt.Message);
        Assert.Equal($"[Error] The job was stopped in phase {phase}.\n", result.Output);
        Assert.Equal(phase, result.Receipt.Phases[^1].Name);
        Assert.Equal("", result.Text("ran"));
    }

    [Fact]
    public async Task A_stop_ends_a_step_whose_files_come_out()
    {
        AttemptResult result = await OfAsync("term-run");
        Assert.True((result.Receipt?.Cause, result.Receipt?.FailedPhase, result.ExitCode) is ("stopped", null, 143), result.ToString());
        Assert.Equal(("ran\n", "made\n"), (result.Text("ran"), result.FileText("made")));
    }

    [Theory]
    [InlineData("stage_out")]
    [InlineData("receipt")]
    public async Task A_stop_after_the_step_changes_nothing(string phase)
    {
        AttemptResult result = await OfAsync($"term-{phase}");
        Assert.True(result.Receipt is { ExitCode: 0, FailedPhase: null, Cause: "" }, result.ToString());
        Assert.Equal((0, "ran\n", "made\n", "ready\n"), (result.ExitCode, result.Text("ran"), result.FileText("made"), result.Output));
    }

    [Theory]
    [InlineData("claim", false)]
    [InlineData("runtime", false)]
    [InlineData("stage_in", false)]
    [InlineData("image", false)]
    [InlineData("run", true)]
    [InlineData("stage_out", true)]
    [InlineData("receipt", true)]
    public async Task A_kill_leaves_the_claim_and_no_receipt_and_no_second_copy_runs(string phase, bool ran)
    {
        AttemptResult result = await OfAsync($"kill-{phase}");
        Assert.True(result.ExitCode == 137, result.ToString());
        Assert.False(File.Exists(new WrapperFiles(result.Folder).Receipt));
        Assert.Equal(("213\n", ran ? "ran\n" : ""), (result.Text("code.2"), result.Text("ran")));
    }

    [Fact]
    public async Task Nothing_stays()
    {
        await OfAsync("term-claim");
        foreach ((string name, AttemptResult result) in _results!)
        {
            Assert.True(result.Left.Length == 0, $"{name}: {result.Left}");
            Assert.True(name == "term-run" || name == "kill-run" || result.Text("blocked") == "blocked\n", result.ToString());
            if (!name.StartsWith("term", StringComparison.Ordinal))
                continue;
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(result.Folder, "scratch")));
            Assert.Equal(["owner"], Directory.GetFiles(Path.Combine(result.Folder, "claim")).Select(Path.GetFileName).Except(["started"]));
            Assert.Empty(Directory.GetFiles(result.Folder, "*.tmp"));
        }
    }

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        await Gate.WaitAsync(Cancellation);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, Target, All);
        }
        finally
        {
            Gate.Release();
        }

        return _results[scenario];
    }
}
