using System.Runtime.CompilerServices;
using System.Text.Json;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>
/// The demonstrations as a physicist runs them on a pool: the published program beside a schedd, steps in Apptainer on the execute side.
/// </summary>
public sealed class PoolDemonstrationTests
{
    [Theory]
    [InlineData("transfer")]
    [InlineData("chirp")]
    public async Task The_search_for_a_new_particle_runs_on_a_pool_to_its_plots(string staging)
    {
        await using HpcContainer site = Site();
        string results = await RunAsync(site, staging, "bsm-search");
        Assert.All(
            ["prefit.pdf", "postfit.pdf", "postfit.png"], plot => Assert.NotEqual(0, new FileInfo(Path.Combine(results, plot)).Length));
        using JsonDocument fit =
            JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(results, "fit.json"), TestContext.Current.CancellationToken));
        double distance = Math.Abs(fit.RootElement.GetProperty("mu_hat").GetDouble() - fit.RootElement.GetProperty("mu_true").GetDouble());
        Assert.InRange(distance, 0, 2 * fit.RootElement.GetProperty("mu_error").GetDouble());
    }

    [Theory]
    [InlineData("transfer")]
    [InlineData("chirp")]
    public async Task The_inference_with_a_learned_likelihood_runs_on_a_pool_to_its_plots(string staging)
    {
        await using HpcContainer site = Site();
        string results = await RunAsync(site, staging, "likelihood-free", "slice_events=100000", "epochs=3", "experiments=30");
        Assert.All(["likelihood.pdf", "coverage.png"], plot => Assert.NotEqual(0, new FileInfo(Path.Combine(results, plot)).Length));
    }

    private static HpcContainer Site() => new()
    {
        Options = new HpcOptions
        {
            ReadOnlyMounts =
            [
                Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker, PublishedProgram.Images, Demonstrations(),
            ],
        },
    };

    /// <summary>Runs a workflow as alice, who has no more than an account at the site.</summary>
    /// <returns>The folder of its results.</returns>
    private static async Task<string> RunAsync(HpcContainer site, string staging, string demonstration, params string[] parameters)
    {
        await site.StartPoolAsync();
        string folder = await site.MakeFolderAsync("alice");
        string backends = Path.Combine(folder, "backends.yaml");
        await File.WriteAllTextAsync(
            backends,
            $"""
            backends:
              pool:
                kind: htcondor
                staging: {staging}
                runtimes: [apptainer]
                image_directory: {PublishedProgram.Images}
                worker: {PublishedProgram.CondorWorker}
                memory_mb: 512
            """,
            TestContext.Current.CancellationToken);
        string[] command =
        [
            "env", $"SCAILFIN_BACKENDS={backends}", $"SCAILFIN_DATA={folder}/data", PublishedProgram.Path,
            "run", Path.Combine(Demonstrations(), demonstration, "reana.yaml"), "--output", $"{folder}/results",
            .. parameters.SelectMany(one => new[] { "-p", one }),
        ];
        CommandResult run = await site.ExecAsync("alice", command, "", folder, progress: () => FilesPicture.Of(folder));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        CommandResult history = await site.ExecAsync("alice", "condor_history", "-af", "ScailfinJobId");
        Assert.NotEmpty(history.OutputOfSuccess().Trim());
        return Path.GetDirectoryName(Directory.GetFiles($"{folder}/results", "*.pdf", SearchOption.AllDirectories)[0])!;
    }

    private static string Demonstrations([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../deploy/demo"));
}
