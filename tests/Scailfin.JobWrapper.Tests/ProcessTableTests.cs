using System.Collections.Concurrent;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// The end of a job is the end of its processes, however it ends: the tests look at the process table of a site of their own.
/// </summary>
public sealed class ProcessTableTests(ProcessTableTests.OwnSite own) : IClassFixture<ProcessTableTests.OwnSite>
{
    // One that is deaf, one that is a daemon and writes, one that has neither our mark nor our process group; all hold the output open.
    private const string Leave =
        "(trap '' TERM; exec sleep 100000) & setsid sh -c 'while :; do echo x >>f; sleep 0.2; done' & env -i setsid sleep 100000 & ";

    // Podman keeps one process "podman" for each user, which belongs to no job.
    private const string Table =
        """
        table() { ps -eo pid=,sid=,args= | awk -v mine="$(ps -o sid= -p $$)" 'NR == FNR { old[$1]; next }
          !($1 in old) && $2 != mine + 0 && !($3 ~ /(^|\/)podman$/ && NF == 3)' pids -; }
        before=''; while left=$(table) && [ "$left" ] && moves "$left"; do sleep 0.05; done
        table >table
        """;

    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, AttemptResult>>>> Runs =
        new(StringComparer.Ordinal);

    private static readonly RuntimeTarget[] Targets =
    [
        Of("bubblewrap"), Of("charliecloud"), Of("podman"), Of("podman") with { Name = "podman, root", User = "root" }, Of("apptainer"),
        Of("apptainer") with { Name = "apptainer, a SIF file", Image = "box.sif" }, Of("none") with { Image = "" },
        Of("shifter") with { Image = "docker.io/library/box:1", Workspace = "/w", StandsIn = true },
    ];

    private static readonly Scenario[] All =
    [
        Ending("exit", "echo ready; sleep 0.2") with { StopsAt = null },
        Ending("stop", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done"),
        Ending("deaf", "trap '' TERM; echo ready; while :; do sleep 0.1; done") with
        {
            Site = site => site with { StopGrace = TimeSpan.FromSeconds(2) },
        },
        Ending("wrapper-killed", "echo ready; sleep 100000") with { AtStop = "kill -KILL $session" },
        Ending("all-killed", "echo ready; sleep 100000") with { AtStop = Scenario.KillAll },
    ];

    public static TheoryData<string, string> Ends =>
        [.. from target in Targets from scenario in All where Holds(target, scenario) select (target.Name, scenario.Name)];

    public static TheoryData<string> Names => [.. Targets.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_end_of_a_job_is_the_end_of_its_processes(string target, string scenario)
    {
        AttemptResult result = (await OfAsync(target))[scenario];
        Assert.Contains("ready", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(result.Folder, "table")), result.ToString());
        Assert.True(result.Text("table").Length == 0, $"{result.Text("table")}\n{result}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_a_step_leaves_running_is_counted_in_its_log(string target)
    {
        AttemptResult result = (await OfAsync(target))["exit"];
        Assert.True(result.Receipt is { ExitCode: 0, Cause: "" }, result.ToString());
        Assert.Matches(@"\[scailfin\] Processes that the step left running, and that were ended: [34]\.\n\z", result.Output);
    }

    private static Scenario Ending(string name, string command) => new(name, Leave + command)
    {
        StopsAt = "ready",
        Before = "ps -eo pid= >pids",
        After = Table,
    };

    private static RuntimeTarget Of(string runtime) => new() { Name = runtime, Profile = new SiteProfile { Runtimes = [runtime] } };

    // Where no pid namespace holds a step together and everything of the wrapper is killed at once, only its scheduler can end the rest.
    private static bool Holds(RuntimeTarget target, Scenario scenario) =>
        scenario.Name != "all-killed" || target.Profile.Runtimes[0] is not ("none" or "shifter");

    private async Task<IReadOnlyDictionary<string, AttemptResult>> OfAsync(string name) =>
        await Runs.GetOrAdd(name, _ => new(() =>
        {
            RuntimeTarget target = Targets.Single(target => target.Name == name);
            return AttemptBatch.RunAsync(own.Site, target, All.Where(scenario => Holds(target, scenario)));
        })).Value.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>A container whose process table nobody else fills.</summary>
    public sealed class OwnSite : IAsyncLifetime
    {
        public HpcContainer Site { get; } = new();

        public ValueTask InitializeAsync() => Site.InitializeAsync();

        public ValueTask DisposeAsync() => Site.DisposeAsync();
    }
}
