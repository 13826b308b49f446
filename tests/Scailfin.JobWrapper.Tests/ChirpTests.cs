using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// Staging through HTCondor's I/O proxy with each tool that may be on a node, as stand-ins with their command lines. The real condor_chirp
/// is used by the tests of the HTCondor manager.
/// </summary>
public sealed class ChirpTests : IAsyncLifetime
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

    private static readonly Scenario[] All =
    [
        .. Tools.Keys.Select(tool => new Scenario(tool, Step)
        {
            After = "cp receipt.json first.json; bash wrapper.sh; echo $? >code.2; cmp first.json receipt.json && echo same >same",
        }),
        .. Tools.Keys.Select(tool => new Scenario($"{tool}-no-input", "ls -A | wc -l | tr -d ' '") { Before = "rm input.tar" }),
        new("condor_chirp-lost", Step) { Under = "export FAILS='condor_chirp put */.output.tar.[0-9]*'" },
        new("condor_chirp-stopped", Step) { Blocks = "condor_chirp fetch */input.tar *" },
        new("nothing", Step),
    ];

    private readonly HpcContainer _site = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Files_travel_with_whatever_tool_the_node_has()
    {
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(_site, Target, All.Select(Equipped));
        foreach (string tool in Tools.Keys)
        {
            TheyTravel(tool, results[tool]);
            AttemptResult empty = results[$"{tool}-no-input"];
            Assert.True(empty is { Receipt.ExitCode: 0, Output: "0\n" }, empty.ToString());
        }

        ALostOutputIsAFailedStageOut(results["condor_chirp-lost"]);
        AttemptResult stopped = results["condor_chirp-stopped"];
        Assert.True(
            stopped.Receipt is { ExitCode: 143, FailedPhase: "stage_in", Cause: "stopped", StepMayHaveRun: false }, stopped.ToString());
        AttemptResult nothing = results["nothing"];
        Assert.True((nothing.ExitCode, nothing.Receipt, nothing.Output) is (210, null, ""), nothing.ToString());
        Assert.Contains("condor_chirp, chirp_put and parrot_run are neither on PATH", nothing.StandardOutput, StringComparison.Ordinal);
        Assert.All(results.Values, result => Assert.Equal("", result.Left));
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
                $"chirp_put */output.tar CONDOR {place}/.output.tar.*",
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

    private static void ALostOutputIsAFailedStageOut(AttemptResult result)
    {
        Assert.True(
            result.Receipt is { ExitCode: 216, StepExitCode: 0, FailedPhase: "stage_out", StepMayHaveRun: true }, result.ToString());
        Assert.Equal(
            (216, "What the step made cannot be brought out: output.tar could not be sent to the submit host"),
            (result.ExitCode, result.Receipt.Message));
        Assert.False(File.Exists(new WrapperFiles(result.Folder).OutputArchive));
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
