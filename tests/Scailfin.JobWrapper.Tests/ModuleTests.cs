using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A runtime that only <c>module load</c> brings in, with both implementations of modules.</summary>
public sealed class ModuleTests(HpcContainer site)
{
    // podman under the name of another program, in a place that only the module knows.
    private const string Preparation =
        """
        mkdir -p /opt/odd/bin && ln -sf /usr/bin/podman /opt/odd/bin/podman-hpc && rm -f FOLDER/stand-ins/podman-hpc &&
        for place in /etc/environment-modules/modules /usr/share/modules/modulefiles /etc/lmod/modules; do
          mkdir -p $place/hpc-containers &&
            printf '#%%Module1.0\nprepend-path PATH /opt/odd/bin\nsetenv ODD_MODULE yes\n' >$place/hpc-containers/1.0 || exit
        done
        """;

    private static readonly RuntimeTarget Target = new()
    {
        Name = "a module",
        User = "root",
        Preparation = Preparation,
        Profile = new SiteProfile
        {
            Runtimes = ["shifter", "podman-hpc"],
            Modules =
                new Dictionary<string, IReadOnlyList<string>> { ["shifter"] = ["no-such-module"], ["podman-hpc"] = ["hpc-containers/1.0"] },
        },
    };

    [Fact]
    public Task Environment_modules_bring_a_runtime_in() => FindsAsync(site);

    [Fact]
    public async Task Lmod_brings_a_runtime_in()
    {
        await using var lmod = new HpcContainer { Options = new HpcOptions { Image = "hpc-lmod" } };
        await FindsAsync(lmod);
    }

    private static async Task FindsAsync(HpcContainer site)
    {
        var scenario = new Scenario("module", "echo ok; env | grep -c ODD_MODULE");
        AttemptResult result = (await AttemptBatch.RunAsync(site, Target, [scenario]))["module"];
        Assert.True(result.Receipt?.Runtime == "podman-hpc", result.ToString());
        Assert.Equal(("/opt/odd/bin/podman-hpc", "ok\n0\n"), (result.Receipt.RuntimePath, result.Output));
        Assert.Contains("version 5", result.Receipt.RuntimeVersion, StringComparison.Ordinal);
    }
}
