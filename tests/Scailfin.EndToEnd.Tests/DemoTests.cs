using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Scailfin.EndToEnd.Tests;

/// <summary>The search for a new particle, as a user runs it.</summary>
public sealed class DemoTests
{
    private static readonly string[] Outputs =
    [
        "results/histograms.json", "results/fit.json", "results/prefit.pdf", "results/prefit.png", "results/postfit.pdf",
        "results/postfit.png",
    ];

    [Fact]
    public async Task The_demonstration_finds_the_signal_that_was_put_in()
    {
        _ = PublishedProgram.Path;
        await using var service = new ServiceFolder();
        Directory.CreateDirectory(service.Data);
        Directory.CreateSymbolicLink(Path.Combine(service.Data, "images"), PublishedProgram.Images);
        using Process run = ServiceProcess.Run(service, "run", [Demonstration()], [KeyValuePair.Create("SCAILFIN_BACKENDS", "")]);
        await service.RunEndsAsync(run);
        Assert.True(run.ExitCode == 0, service.ReadLog());

        string workspace = Path.GetDirectoryName(Path.GetDirectoryName(
            Directory.GetFiles(Path.Combine(service.Data, "workspaces"), "fit.json", SearchOption.AllDirectories).Single())!)!;
        Assert.All(Outputs, output => Assert.NotEqual(0, new FileInfo(Path.Combine(workspace, output)).Length));
        Assert.All(
            Outputs.Where(output => output.EndsWith(".png", StringComparison.Ordinal)),
            output => AssertBegins(Path.Combine(workspace, output), [0x89, .. "PNG"u8]));
        Assert.All(
            Outputs.Where(output => output.EndsWith(".pdf", StringComparison.Ordinal)),
            output => AssertBegins(Path.Combine(workspace, output), [.. "%PDF"u8]));

        using JsonDocument document = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(workspace, "results/fit.json"), TestContext.Current.CancellationToken));
        JsonElement fit = document.RootElement;
        Assert.True(fit.GetProperty("converged").GetBoolean());
        double distance = Math.Abs(fit.GetProperty("mu_hat").GetDouble() - fit.GetProperty("mu_true").GetDouble());
        Assert.InRange(distance, 0, 2 * fit.GetProperty("mu_error").GetDouble());
        await service.OnlyServicesAreLeftAsync(0);
    }

    private static string Demonstration([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../deploy/demo/bsm-search/reana.yaml"));

    private static void AssertBegins(string file, byte[] magic) => Assert.Equal(magic, File.ReadAllBytes(file).Take(magic.Length));
}
