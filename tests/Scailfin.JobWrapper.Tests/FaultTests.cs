using System.Security.Cryptography;
using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Receipts;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>What goes wrong is told in the right phase, with a receipt, nothing is left running, and the step ran once at most.</summary>
public sealed class FaultTests(HpcContainer site)
{
    private const string Once = "echo ran >>ran; echo ready; ";

    private static readonly RuntimeTarget Shifter = new()
    {
        Name = "shifter",
        Image = "docker.io/library/box:1",
        Workspace = "/w",
        StandsIn = true,
        Profile = new SiteProfile { Runtimes = ["shifter"], PullTries = 3, Scratch = ["/tmp"] },
        Preparation =
            """
            for name in small:128 full:64 filled:256; do
              mkdir -p /mnt/${name%:*} && mount -t tmpfs -o size=${name#*:}k,mode=1777 small /mnt/${name%:*} || exit
            done; ! cat /dev/zero >/mnt/full/filler 2>/dev/null
            """,
    };

    private const string Cache = "export CACHE=${STAND_INS%/*}/cache; mkdir -p $CACHE\n";

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    private static readonly Scenario[] All =
    [
        new("missing-image", Once) { Spec = spec => spec with { DockerImage = "docker.io/x/missing:1" } },
        new("shaky-registry", Once) { Spec = spec => spec with { DockerImage = "docker.io/x/shaky:1" } },
        // The registry must have been asked by then.
        new("hanging-registry", Once)
        {
            Spec = spec => spec with { DockerImage = "docker.io/x/hanging:1" },
            Site = site => site with { PullTries = 2, PullTimeout = TimeSpan.FromSeconds(5) },
        },
        new("stop-in-image", Once) { Spec = spec => spec with { DockerImage = "docker.io/x/hanging:2" }, StopsAt = "Fetching the image" },
        new("dying-runtime", Once) { Site = site => site with { Runtimes = ["podman-hpc"] } },
        new("no-runtime", Once) { Site = site => site with { Runtimes = ["charliecloud"] } },
        new("broken-archive", Once) { Before = "head -c 3000 /dev/urandom >input.tar" },
        // The first file, and nothing that says that there should be more.
        new("cut-archive", Once) { KnowsInput = true, Before = "truncate -s 1024 input.tar" },
        new("archive-without-entries", Once) { KnowsInput = true, Before = "head -c 10240 /dev/zero >input.tar" },
        new("other-archive", Once) { KnowsInput = true, Before = "printf x | dd of=input.tar bs=1 seek=512 conv=notrunc status=none" },
        new("missing-archive", Once) { KnowsInput = true, Before = "rm input.tar" },
        new("whole-archive", Once + "cat a") { KnowsInput = true },
        new("no-archive", Once + "ls -A | wc -l | tr -d ' '") { Before = "rm input.tar" },
        new("full-scratch", Once)
        {
            Site = site => site with { Scratch = ["/mnt/small"] },
            Before = "head -c 300000 /dev/zero >big; tar -rf input.tar big",
        },
        new("too-large-an-output", Once + "for i in 1 2 3; do head -c 400000 /dev/zero >big$i; done") { Under = "ulimit -f 900" },
        new("no-workspace", Once) { Staging = StagingMode.Shared },
        new("read-only-workspace", Once) { Staging = StagingMode.Shared, Before = "mkdir -m 555 ws" },
        new("read-only-directory", Once) { Directory = "/usr" },
        new("full-directory", Once)
        {
            Directory = "/mnt/full/d",
            Before = "mkdir /mnt/full/d",
            After = "bash wrapper.sh; echo $? >code.2; cp -r /mnt/full/d/. .",
        },
        new("directory-filled-by-output", "head -c 1000000 /dev/zero; exit 7")
        {
            Directory = "/mnt/filled/d",
            Before = "mkdir /mnt/filled/d",
            After = "cp -r /mnt/filled/d/. .",
        },
        Locked("lock-1-killed") with { Blocks = "singularity pull *", AtStop = Scenario.KillAll },
        Locked("lock-2-next"),
        Locked("lock-3-waiting") with
        {
            Before = Cache
                + "rm $CACHE/*/*.sif; flock $CACHE/*/*.lock sh -c 'read -r _ <gate' & "
                + "while flock -n $CACHE/*/*.lock true; do sleep 0.05; done",
            StopsAt = "Another job has the lock",
            AtStop = ":",
        },
        new("slow-workspace", Once)
        {
            Staging = StagingMode.Shared,
            Spec = spec => spec with { DockerImage = "" },
            Site = site => site with { Runtimes = ["none"] },
            Before = "mkdir ws",
            Blocks = "find . -path *",
            AtStop = "until grep -q 'were not listed' wrapper.log || ! kill -0 $session; do sleep 0.05; done",
        },
        new("two-copies", Once) { Copies = 2 },
        new("killed", Once + "sleep 1000") { StopsAt = "ready", AtStop = "kill -KILL $session" },
        new("unknown-volume", Once) { Spec = spec => spec with { WorkflowWorkspace = "/var/reana/ws" } },
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing-image", "image", 212, "manifest unknown", false)]
    [InlineData("hanging-registry", "image", 212, "did not arrive within 5 s, in 2 tries", false)]
    [InlineData("dying-runtime", "run", 215, "Error: the storage is corrupted", true)]
    [InlineData("no-runtime", "runtime", 127, "No container runtime here can run the image", false)]
    [InlineData("broken-archive", "stage_in", 211, "The workspace did not arrive: tar:", false)]
    [InlineData("cut-archive", "stage_in", 211, "The workspace did not arrive: input.tar: 1024 of ", false)]
    [InlineData("archive-without-entries", "stage_in", 211, "The workspace did not arrive: input.tar: ", false)]
    [InlineData("other-archive", "stage_in", 211, "bytes arrived, but with the SHA-256 ", false)]
    [InlineData("missing-archive", "stage_in", 211, "The workspace did not arrive: input.tar: it is missing", false)]
    [InlineData("full-scratch", "stage_in", 211, "tar: big: ", false)]
    [InlineData("too-large-an-output", "stage_out", 216, "What the step made cannot be brought out", true)]
    [InlineData("no-workspace", "stage_in", 214, "cannot be entered", false)]
    [InlineData("read-only-workspace", "stage_in", 214, "cannot be written", false)]
    [InlineData("unknown-volume", "run", 215, "Shifter mounts nothing on '/var/reana/ws'", false)]
    public async Task A_fault_is_told_in_its_phase(string scenario, string phase, int code, string message, bool mayHaveRun)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True(result.Receipt is not null, result.ToString());
        Assert.Equal((phase, code, code), (result.Receipt.FailedPhase, result.Receipt.ExitCode, result.ExitCode));
        Assert.Contains(message, result.Receipt.Message, StringComparison.Ordinal);
        Assert.Contains("[Error] ", result.Output, StringComparison.Ordinal);
        Assert.Equal(mayHaveRun, result.Receipt.StepMayHaveRun);
        Assert.True(
            scenario.EndsWith("-workspace", StringComparison.Ordinal) || File.Exists(new WrapperFiles(result.Folder).OutputArchive));
    }

    [Fact]
    public async Task A_registry_in_trouble_is_asked_again_and_one_that_has_no_such_image_is_not()
    {
        AttemptResult result = await OfAsync("shaky-registry");
        Assert.True(result.Receipt?.ExitCode == 0, result.ToString());
        string[] asked = await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(result.Folder)!, "shifterimg.log"), Cancellation);
        Assert.Equal(2, asked.Count(line => line == "pull docker.io/x/shaky:1"));
        Assert.Equal(1, asked.Count(line => line == "pull docker.io/x/missing:1"));
        Assert.Equal(2, asked.Count(line => line == "pull docker.io/x/hanging:1"));
    }

    [Fact]
    public async Task A_stop_while_the_image_is_fetched_ends_it_at_once()
    {
        AttemptResult result = await OfAsync("stop-in-image");
        Assert.Equal(
            (143, "stopped", "image", false),
            (result.ExitCode, result.Receipt?.Cause, result.Receipt?.FailedPhase, result.Receipt?.StepMayHaveRun));
    }

    [Fact]
    public async Task A_second_copy_changes_nothing_and_the_step_ran_once()
    {
        AttemptResult result = await OfAsync("two-copies");
        string second = (await File.ReadAllTextAsync(Path.Combine(result.Folder, "code.2"), Cancellation)).Trim();
        Assert.Equal(["0", "213"], new[] { result.ExitCode.ToString(), second }.Order());
        Assert.Equal(0, result.Receipt?.ExitCode);
        Assert.Equal("ran\n", result.FileText("ran"));
    }

    [Fact]
    public async Task A_whole_archive_is_unpacked_and_the_receipt_names_size_and_digest_of_the_one_that_goes_back()
    {
        AttemptResult result = await OfAsync("whole-archive");
        Assert.True(result is { Output: "ready\ninput a\n", Receipt.ExitCode: 0 }, result.ToString());
        byte[] archive = await File.ReadAllBytesAsync(new WrapperFiles(result.Folder).OutputArchive, Cancellation);
        Assert.Equal(new ReceiptArchive(archive.Length, Convert.ToHexStringLower(SHA256.HashData(archive))), result.Receipt.Archive);
        Assert.Null((await OfAsync("too-large-an-output")).Receipt?.Archive);
        Assert.Null((await OfAsync("no-workspace")).Receipt?.Archive);
    }

    [Fact]
    public async Task No_archive_is_an_empty_workspace()
    {
        AttemptResult result = await OfAsync("no-archive");
        Assert.Equal((0, "ready\n1\n"), (result.Receipt?.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_killed_wrapper_leaves_no_receipt_and_its_claim_holds()
    {
        AttemptResult result = await OfAsync("killed");
        Assert.Equal((137, null), (result.ExitCode, result.Receipt));
        Assert.Equal("", result.Left);
        CommandResult again = await site.ExecAsync("alice", "bash", Path.Combine(result.Folder, WrapperFiles.ScriptName));
        Assert.Equal(213, again.ExitCode);
    }

    [Theory]
    [InlineData("read-only-directory", "cannot be written")]
    [InlineData("full-directory", "has no room")]
    public async Task A_directory_that_cannot_take_the_claim_is_told_to_the_scheduler_and_no_step_runs(string scenario, string complaint)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True((result.ExitCode, result.Receipt, result.Output) is (217, null, ""), result.ToString());
        Assert.Contains(complaint, result.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", result.StandardOutput, StringComparison.Ordinal);
        Assert.True(scenario != "full-directory" || result.Text("code.2") == "213\n", result.Text("code.2"));
    }

    [Fact]
    public async Task A_step_that_fills_the_disk_with_its_output_ends_by_itself_and_the_receipt_says_what_is_missing()
    {
        AttemptResult result = await OfAsync("directory-filled-by-output");
        Assert.True(result.Receipt is { ExitCode: 7, StepExitCode: 7, FailedPhase: "stage_out", LogCut: true }, result.ToString());
        Assert.Contains("What the step made cannot be brought out: ", result.Receipt.Message, StringComparison.Ordinal);
        Assert.Contains("What the step printed could not be written whole.", result.Receipt.Warnings);
        Assert.False(File.Exists(Path.Combine(result.Folder, "claim", "reserve")));
    }

    [Fact]
    public async Task A_shared_workspace_that_is_too_slow_to_be_listed_costs_the_list_alone()
    {
        AttemptResult result = await OfAsync("slow-workspace");
        Assert.True(result.Receipt is { ExitCode: 0, FailedPhase: null, OutputCount: 0 }, result.ToString());
        Assert.Contains(
            "The step's outputs were not listed: looking for them took too long, or failed.", result.Receipt.Warnings);
        Assert.Equal("ran\n", result.Text("ws/ran"));
    }

    [Fact]
    public async Task A_dead_holders_lock_on_an_image_is_free()
    {
        AttemptResult killed = await OfAsync("lock-1-killed");
        Assert.True(
            (killed.ExitCode, killed.Receipt, killed.Text("blocked"), killed.Left) is (137, null, "blocked\n", ""), killed.ToString());
        AttemptResult next = await OfAsync("lock-2-next");
        Assert.True(next.Receipt is { ExitCode: 0, Runtime: "singularity" }, next.ToString());
        Assert.DoesNotContain("Another job", next.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_a_lock_on_an_image_says_so_and_then_fetches_it()
    {
        AttemptResult result = await OfAsync("lock-3-waiting");
        Assert.True(result.Receipt?.ExitCode == 0, result.ToString());
        Assert.Contains("Another job has the lock", result.Complaints, StringComparison.Ordinal);
        string[] asked = await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(result.Folder)!, "singularity.log"), Cancellation);
        Assert.Equal(2, asked.Length);
    }

    [Fact]
    public async Task Nothing_is_left_running_or_lying_about()
    {
        await OfAsync("stop-in-image");
        // In brackets, so that the searching command lines do not find themselves.
        await Eventually.TrueAsync(
            async () => (await site.ExecAsync("root", "pgrep", "-f", "[s]leep 98765")).ExitCode == 1, "no fetching is left");
        string left = (await site.ExecAsync("root", "sh", "-c", "ls -d /mnt/small/* 2>/dev/null; true")).Output;
        Assert.Empty(left);
    }

    private static Scenario Locked(string name) => new(name, Once)
    {
        Spec = spec => spec with { DockerImage = "docker.io/x/locked:1" },
        Site = site => site with { Runtimes = ["singularity"], ImageCache = ["$CACHE"] },
        Under = Cache,
    };

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        await Gate.WaitAsync(Cancellation);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, Shifter, All);
        }
        finally
        {
            Gate.Release();
        }

        return _results[scenario];
    }
}
