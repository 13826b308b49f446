using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// What a runtime's command line says of GPUs, as a stand-in of its name got it; in the order of the list, no other runtime's words.
/// </summary>
public sealed class GpuTests(HpcContainer site)
{
    private const string Own = "--own-gpu";

    private static readonly RuntimeTarget Target = new()
    {
        Name = "GPUs",
        StandsIn = true,
        // A device that is one by its name.
        Preparation = "touch /dev/nvidia0",
        Profile = new SiteProfile { Runtimes = [.. SiteProfile.KnownRuntimes.Where(runtime => runtime != "none")] },
    };

    private static readonly (string Runtime, string Program, string[] Words)[] Usual =
    [
        ("apptainer", "apptainer", ["--nv"]),
        ("singularity", "singularity", ["--nv"]),
        ("shifter", "shifter", ["--module=gpu"]),
        ("podman-hpc", "podman-hpc", ["--gpu"]),
        ("podman", "podman", ["--device", "nvidia.com/gpu=all"]),
        ("bubblewrap", "bwrap", ["--dev-bind", "/dev/nvidia0", "/dev/nvidia0"]),
        ("charliecloud", "ch-run", []),
    ];

    private static readonly string[] AllWords = [Own, .. Usual.SelectMany(one => one.Words)];

    [Fact]
    public async Task A_step_that_asks_for_GPUs_gets_them_as_its_runtime_gives_them()
    {
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(site, Target,
        [
            .. Usual.Select(one => Of(one.Runtime, one.Program, "usual")),
            Of("charliecloud", "ch-run", "own"), Of("apptainer", "apptainer", "own"), Of("bubblewrap", "bwrap", "none"),
            Of("podman", "podman", "none"),
        ]);
        foreach ((string runtime, _, string[] words) in Usual)
            Assert.Equal(words, Said($"{runtime}-usual"));
        Assert.Equal([Own], Said("charliecloud-own"));
        Assert.Equal([Own], Said("apptainer-own"));
        Assert.Empty(Said("bubblewrap-none"));
        Assert.Empty(Said("podman-none"));

        IEnumerable<string> Said(string scenario)
        {
            // The stand-in runs nothing, which the wrapper says.
            AttemptResult result = results[scenario];
            Assert.True(result.Receipt is { ExitCode: 215, FailedPhase: "run" }, result.ToString());
            return result.Text("argv").Split('\0').Where(word => AllWords.Contains(word));
        }
    }

    private static Scenario Of(string runtime, string program, string kind) => new($"{runtime}-{kind}", "true")
    {
        Before = $"mkdir tools && ln -s $STAND_INS/recorder tools/{program}",
        Under = "export PATH=$PWD/tools:$PATH",
        Spec = spec => spec with { DockerImage = runtime == "shifter" ? "docker.io/library/box:1" : "box" },
        Site = profile => profile with
        {
            Runtimes = [runtime, .. profile.Runtimes.Where(other => other != runtime)],
            JobRules = kind == "none" ? [] : [JobRule.Parse("*: gpus=1")!],
            GpuOptions = kind == "own" ? new Dictionary<string, IReadOnlyList<string>> { [runtime] = [Own] } : profile.GpuOptions,
        },
    };
}
