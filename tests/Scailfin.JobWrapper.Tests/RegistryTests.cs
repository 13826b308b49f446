using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>Images from a real registry, fetched by the real runtimes.</summary>
public sealed class RegistryTests(HpcContainer site)
{
    private static readonly string[] Runtimes = ["apptainer", "podman"];

    private static readonly RuntimeTarget Target = new()
    {
        Name = "registry",
        Workspace = "/data/ws",
        Preparation = "mkdir -m 777 registry cache && stand-ins/registry FOLDER/registry",
        Profile = new SiteProfile { ImageCache = ["$CACHE"] },
    };

    [Fact]
    public async Task Images_come_from_a_registry_and_its_trouble_is_waited_for_but_not_for_ever()
    {
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(site, Target, Runtimes.SelectMany(Of));
        foreach (string runtime in Runtimes)
        {
            AttemptResult pulled = results[$"{runtime}-1-pulls"];
            Assert.True(pulled is { Receipt.ExitCode: 0, Output: "ran\n" } && pulled.Receipt.Runtime == runtime, pulled.ToString());
            Assert.True(
                runtime != "podman" || pulled.Receipt.ImageDigest?.StartsWith("sha256:", StringComparison.Ordinal) == true,
                pulled.ToString());

            AttemptResult missing = results[$"{runtime}-2-missing"];
            Assert.True(
                missing is { ExitCode: 212, Receipt: { ExitCode: 212, FailedPhase: "image", StepMayHaveRun: false } }, missing.ToString());
            Assert.Contains("manifest unknown", missing.Receipt.Message, StringComparison.Ordinal);
            Assert.Equal(1, Tries(missing, "manifest unknown"));

            AttemptResult down = results[$"{runtime}-3-down"];
            Assert.True(
                down is { ExitCode: 212, Receipt: { ExitCode: 212, FailedPhase: "image", StepMayHaveRun: false } }, down.ToString());
            Assert.Contains("500", down.Receipt.Message, StringComparison.Ordinal);
            Assert.Equal(2, Tries(down, "500 Internal Server Error"));

            AttemptResult recovers = results[$"{runtime}-4-recovers"];
            Assert.True(recovers is { Receipt.ExitCode: 0, Output: "ran\n" }, recovers.ToString());
            Assert.True(Tries(recovers, "500 Internal Server Error") > 0, recovers.ToString());
        }
    }

    private static int Tries(AttemptResult result, string complaint) =>
        result.Complaints.Split('\n').Count(line => line.Contains(complaint, StringComparison.Ordinal));

    private static IEnumerable<Scenario> Of(string runtime)
    {
        Scenario pulls = new($"{runtime}-1-pulls", "echo ran")
        {
            Under = "export APPTAINER_NOHTTPS=1 CACHE=${STAND_INS%/*}/cache",
            Site = site => site with { Runtimes = [runtime], PullTries = 2 },
            Spec = spec => spec with { DockerImage = "docker://localhost:5000/box:1" },
        };
        Scenario shaky =
            pulls with { Before = "touch ../../registry/down", Spec = spec => spec with { DockerImage = "docker://localhost:5001/box:1" } };
        return
        [
            pulls,
            pulls with { Name = $"{runtime}-2-missing", Spec = spec => spec with { DockerImage = "docker://localhost:5000/nobox:1" } },
            shaky with { Name = $"{runtime}-3-down" },
            shaky with
            {
                Name = $"{runtime}-4-recovers",
                Site = site => site with { Runtimes = [runtime], PullTries = 6 },
                StopsAt = "500 Internal Server Error",
                AtStop = "rm ../../registry/down",
            },
        ];
    }
}
