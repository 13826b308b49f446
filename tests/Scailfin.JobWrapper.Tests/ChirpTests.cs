using System.Security.Cryptography;
using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// Staging through HTCondor's I/O proxy with each tool that may be on a node, as stand-ins with their command lines. The real condor_chirp
/// is used by the tests of the HTCondor manager.
/// </summary>
public sealed class ChirpTests(ChirpTests.Site site) : IClassFixture<ChirpTests.Site>
{
    private const string Step = "cat a sub/b; echo made >made; rm gone";

    private static readonly RuntimeTarget Target = new()
    {
        Name = "chirp",
        Image = "",
        // The real ones must not be found.
        Preparation = "rm -f /usr/bin/chirp /usr/bin/chirp_get /usr/bin/chirp_put /usr/libexec/condor/condor_chirp",
        Profile = new SiteProfile { Runtimes = ["none"], Scratch = ["/tmp"] },
    };

    private static readonly Dictionary<string, string> Tools = new(StringComparer.Ordinal)
    {
        ["condor_chirp"] = "condor_chirp",
        ["cctools"] = "chirp chirp_get chirp_put",
        ["parrot"] = "parrot_run",
    };

    private static readonly Dictionary<string, string> Fetches = new(StringComparer.Ordinal)
    {
        ["condor_chirp"] = "condor_chirp fetch */input.tar /*",
        ["cctools"] = "chirp_get CONDOR */input.tar /*",
        ["parrot"] = "parrot_run cp */input.tar /*",
    };

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    private static readonly Scenario[] All =
    [
        .. Tools.Keys.Select(tool => new Scenario(tool, Step)
        {
            After = "cp receipt.json first.json; bash wrapper.sh; echo $? >code.2; cmp first.json receipt.json && echo same >same",
        }),
        .. Tools.Keys.Select(tool => new Scenario($"{tool}-no-input", "ls -A | wc -l | tr -d ' '") { Before = "rm input.tar" }),
        .. Tools.Keys.Select(tool => new Scenario($"{tool}-silent", "touch made") { KnowsInput = true }),
        .. from tool in Tools.Keys
           from file in (string[])["output.tar", "output", "wrapper.log", "receipt.json"]
           select new Scenario($"{tool}-once-{file}", Step) { Under = $"export CUTS_ONCE='{PutOf(tool, file)}'" },
        .. Tools.Keys.Select(tool => new Scenario($"{tool}-full", Step) { Under = $"export CUTS='{PutOf(tool, "output.tar")}'" }),
        new("condor_chirp-full-receipt", Step) { Under = $"export CUTS='{PutOf("condor_chirp", "receipt.json")}'" },
        new("condor_chirp-spoiled", Step) { Under = $"export SPOILS='{PutOf("condor_chirp", "output.tar")}'" },
        new("condor_chirp-slow", Step)
        {
            Under = $"export HANGS='{PutOf("condor_chirp", "output.tar")}'",
            Site = site => site with { StageTimeout = TimeSpan.FromSeconds(5) },
        },
        new("condor_chirp-unreadable", Step) { Under = "export FAILS='condor_chirp fetch */.output.tar.[0-9]* -'" },
        .. Tools.Keys.Select(tool => new Scenario($"{tool}-input-once", Step)
        {
            KnowsInput = true,
            Under = $"export CUTS_ONCE='{Fetches[tool]}'",
        }),
        new("condor_chirp-input-cut", Step) { KnowsInput = true, Under = $"export CUTS='{Fetches["condor_chirp"]}'" },
        new("condor_chirp-input-missing", Step) { KnowsInput = true, Before = "rm input.tar" },
        new("condor_chirp-lost", Step) { Under = "export FAILS='condor_chirp put */.output.tar.[0-9]*'" },
        new("condor_chirp-stopped", Step) { Blocks = "condor_chirp fetch */input.tar *" },
        new("nothing", Step),
    ];

    /// <summary>Its container is changed so that no other test can use it.</summary>
    public sealed class Site : IAsyncDisposable
    {
        public HpcContainer Container { get; } = new();

        public ValueTask DisposeAsync() => Container.DisposeAsync();
    }

    public static TheoryData<string> ToolNames => [.. Tools.Keys];

    public static TheoryData<string, string> ToolsAndFiles
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string tool in Tools.Keys)
            {
                foreach (string file in (string[])["output.tar", "output", "wrapper.log", "receipt.json"])
                    data.Add(tool, file);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ToolNames))]
    public async Task Files_travel_with_whatever_tool_the_node_has(string tool)
    {
        TheyTravel(tool, await OfAsync(tool));
        AttemptResult empty = await OfAsync($"{tool}-no-input");
        Assert.True(empty is { Receipt.ExitCode: 0, Output: "0\n" }, empty.ToString());
    }

    [Theory]
    [MemberData(nameof(ToolNames))]
    public async Task A_step_that_prints_nothing_is_no_trouble(string tool)
    {
        AttemptResult result = await OfAsync($"{tool}-silent");
        Assert.True(result is { ExitCode: 0, Receipt.ExitCode: 0, Output: "" }, result.ToString());
        Assert.True(File.Exists(new WrapperFiles(result.Folder).Output), result.ToString());
    }

    [Theory]
    [MemberData(nameof(ToolsAndFiles))]
    public async Task A_file_that_arrived_cut_while_the_tool_said_nothing_is_sent_again(string tool, string file)
    {
        AttemptResult result = await OfAsync($"{tool}-once-{file}");
        Assert.True(result is { ExitCode: 0, Receipt: { ExitCode: 0, FailedPhase: null, Archive: not null } }, result.ToString());
        Assert.True(File.Exists(Path.Combine(result.Folder, "was-cut")), result.Text("chirp.log"));
        Assert.Equal(("input a\ninput b\n", "made\n"), (result.Output, result.FileText("made")));
        Assert.EndsWith("\n", result.Complaints, StringComparison.Ordinal);
        byte[] archive = await File.ReadAllBytesAsync(new WrapperFiles(result.Folder).OutputArchive, TestContext.Current.CancellationToken);
        Assert.Equal(new ReceiptArchive(archive.Length, Convert.ToHexStringLower(SHA256.HashData(archive))), result.Receipt.Archive);
    }

    [Theory]
    [MemberData(nameof(ToolNames))]
    public async Task A_submit_host_without_room_is_a_failed_stage_out_that_says_so(string tool)
    {
        AttemptResult result = await OfAsync($"{tool}-full");
        Assert.True(
            result is { ExitCode: 216, Receipt: { ExitCode: 216, StepExitCode: 0, FailedPhase: "stage_out", Archive: null } },
            result.ToString());
        Assert.Matches(
            "^What the step made cannot be brought out: output.tar could not be sent to the submit host: "
                + @"[0-9]+ of [0-9]+ bytes arrived; no space left on the submit machine\?$",
            result.Receipt.Message);
        Assert.StartsWith("input a\ninput b\n[Error] What the step made", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(new WrapperFiles(result.Folder).OutputArchive));
        Assert.True(
            Directory.GetFiles(result.Folder, ".output.tar.*").All(left => new FileInfo(left).Length == 0), "The cut copy takes room.");
    }

    [Fact]
    public async Task A_receipt_that_does_not_arrive_whole_does_not_arrive()
    {
        AttemptResult result = await OfAsync("condor_chirp-full-receipt");
        Assert.True((result.ExitCode, result.Receipt) is (216, null), result.ToString());
    }

    [Theory]
    [InlineData("condor_chirp-spoiled", "bytes arrived, but with the SHA-256 ")]
    [InlineData("condor_chirp-slow", "it took longer than 5 s")]
    [InlineData("condor_chirp-unreadable", "output.tar cannot be read back from the submit host")]
    [InlineData("condor_chirp-lost", "condor_chirp: the connection is lost")]
    public async Task An_archive_that_did_not_arrive_is_a_failed_stage_out(string scenario, string reason)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True(
            result.Receipt is { ExitCode: 216, StepExitCode: 0, FailedPhase: "stage_out", StepMayHaveRun: true, Archive: null },
            result.ToString());
        Assert.Equal(216, result.ExitCode);
        Assert.StartsWith(
            "What the step made cannot be brought out: output.tar could not be sent to the submit host: ",
            result.Receipt.Message,
            StringComparison.Ordinal);
        Assert.Contains(reason, result.Receipt.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(new WrapperFiles(result.Folder).OutputArchive));
    }

    [Fact]
    public async Task A_submit_host_that_does_not_answer_in_time_is_not_asked_again()
    {
        string[] calls = (await OfAsync("condor_chirp-slow")).Text("chirp.log").Split('\n');
        Assert.Single(calls, call => Matches(call, "condor_chirp put *.output.tar.*"));
    }

    [Theory]
    [MemberData(nameof(ToolNames))]
    public async Task An_input_archive_that_arrived_cut_is_fetched_again(string tool)
    {
        AttemptResult result = await OfAsync($"{tool}-input-once");
        Assert.True(result is { Receipt.ExitCode: 0, Output: "input a\ninput b\n" }, result.ToString());
        Assert.True(File.Exists(Path.Combine(result.Folder, "was-cut")), result.Text("chirp.log"));
    }

    [Theory]
    [InlineData("condor_chirp-input-cut", "The workspace did not arrive: input.tar: ")]
    [InlineData("condor_chirp-input-missing", "The workspace did not arrive: ")]
    public async Task An_input_archive_that_does_not_arrive_whole_starts_no_step(string scenario, string message)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True(result.Receipt is { ExitCode: 211, FailedPhase: "stage_in", StepMayHaveRun: false }, result.ToString());
        Assert.StartsWith(message, result.Receipt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_while_files_are_fetched_ends_it()
    {
        AttemptResult stopped = await OfAsync("condor_chirp-stopped");
        Assert.True(
            stopped.Receipt is { ExitCode: 143, FailedPhase: "stage_in", Cause: "stopped", StepMayHaveRun: false }, stopped.ToString());
    }

    [Fact]
    public async Task A_node_without_any_tool_is_told_to_the_scheduler()
    {
        AttemptResult nothing = await OfAsync("nothing");
        Assert.True((nothing.ExitCode, nothing.Receipt, nothing.Output) is (210, null, ""), nothing.ToString());
        Assert.Contains("condor_chirp, chirp_put and parrot_run are neither on PATH", nothing.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_running()
    {
        await OfAsync("nothing");
        Assert.All(_results!.Values, result => Assert.Equal("", result.Left));
    }

    private static void TheyTravel(string tool, AttemptResult result)
    {
        Assert.True(result is { ExitCode: 0, Receipt: { ExitCode: 0, FailedPhase: null, BytesIn: > 0, BytesOut: > 0 } }, result.ToString());
        Assert.Equal(("input a\ninput b\n", "made\n"), (result.Output, result.FileText("made")));
        Assert.DoesNotContain("a", result.Archive.Keys);

        // A second copy is refused by the claim, whatever it would have found.
        Assert.Equal(("213\n", "same\n"), (result.Text("code.2"), result.Text("same")));

        string place = result.Folder;
        string[] calls = result.Text("chirp.log").Split('\n');
        (string claim, string home, string last) = tool switch
        {
            "condor_chirp" => (
                $"condor_chirp put -mode wcx -perm 0600 * {place}/claim",
                $"condor_chirp put -perm 0600 */output.tar {place}/.output.tar.*",
                $"condor_chirp link {place}/.receipt.json.* {place}/receipt.json"),
            "cctools" => (
                $"chirp CONDOR mkdir {place}/claim",
                $"chirp_put - CONDOR {place}/.output.tar.*",
                $"chirp CONDOR mv {place}/.receipt.json.* {place}/receipt.json"),
            _ => (
                $"parrot_run mkdir /chirp/CONDOR{place}/claim",
                $"parrot_run cp */output.tar /chirp/CONDOR{place}/.output.tar.*",
                $"parrot_run mv /chirp/CONDOR{place}/.receipt.json.* /chirp/CONDOR{place}/receipt.json"),
        };
        Assert.True(Matches(calls[0], claim), calls[0]);
        int sent = Array.FindIndex(calls, call => Matches(call, home)), told = Array.FindIndex(calls, call => Matches(call, last));
        Assert.True(sent > 0 && told > sent, result.Text("chirp.log"));
    }

    private static string PutOf(string tool, string file) => tool switch
    {
        "condor_chirp" => $"condor_chirp put */.{file}.[0-9]*",
        "cctools" => $"chirp_put * */.{file}.[0-9]*",
        _ => $"parrot_run cp */.{file}.[0-9]*",
    };

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site.Container, Target, All.Select(Equipped));
        }
        finally
        {
            Gate.Release();
        }

        return _results[scenario];
    }

    private static Scenario Equipped(Scenario scenario)
    {
        string tools = Tools.GetValueOrDefault(scenario.Name.Split('-')[0], "");
        string path = "export PLACE=$PWD PATH=$PWD/tools:$PATH\n";
        return scenario with
        {
            Staging = StagingMode.Chirp,
            Before = $"mkdir tools; for tool in {tools}; do ln -s $STAND_INS/submit-host tools/$tool; done; {scenario.Before}",
            Under = path + scenario.Under,
            After = path + scenario.After,
        };
    }

    private static bool Matches(string call, string pattern) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, call, ignoreCase: false);
}
