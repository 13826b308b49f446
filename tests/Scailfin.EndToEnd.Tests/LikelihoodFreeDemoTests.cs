using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Scailfin.EndToEnd.Tests;

/// <summary>Inference with a learned likelihood, as a user runs it but smaller: the full size takes a minute.</summary>
public sealed class LikelihoodFreeDemoTests
{
    private static readonly string[] Figures = ["observables", "classifier", "likelihood", "coverage"];

    [Fact]
    public async Task The_demonstration_recovers_the_true_parameter()
    {
        await using var service = new ServiceFolder();
        int code = await RunAsync(service, Folder("likelihood-free"), "slice_events=100000", "epochs=3", "experiments=30");
        // The last step is the demonstration's own check, of the estimate and of the coverage.
        Assert.True(code == 0, service.ReadLog());

        string results = Path.GetDirectoryName(
            Directory.GetFiles(Path.Combine(service.Data, "workspaces"), "estimate.json", SearchOption.AllDirectories).Single())!;
        Assert.All(Figures, figure => AssertBegins(Path.Combine(results, $"{figure}.png"), [0x89, .. "PNG"u8]));
        Assert.All(Figures, figure => AssertBegins(Path.Combine(results, $"{figure}.pdf"), [.. "%PDF"u8]));
        using JsonDocument estimate = await ReadAsync(Path.Combine(results, "estimate.json"));
        Assert.InRange(
            Math.Abs(estimate.RootElement.GetProperty("theta_hat").GetDouble() - 0.4),
            0,
            3 * estimate.RootElement.GetProperty("theta_error").GetDouble());
        using JsonDocument coverage = await ReadAsync(Path.Combine(results, "coverage.json"));
        Assert.Equal(150, coverage.RootElement.GetProperty("experiments").GetInt32());
        await service.OnlyServicesAreLeftAsync(0);
    }

    /// <summary>The data are mirrored, as if theta were -0.4, behind the back of the check.</summary>
    [Fact]
    public async Task The_demonstration_fails_where_the_estimate_is_not_the_true_parameter()
    {
        await using var service = new ServiceFolder();
        string copy = CopyOfDemonstration(service);
        string program = Path.Combine(copy, "code", "make_data.py");
        string text = await File.ReadAllTextAsync(program, TestContext.Current.CancellationToken);
        const string Saved = "    save_events(options.output, ";
        Assert.Contains(Saved, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            program,
            text.Replace(Saved, "    events[:, 2] *= -1\n" + Saved, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        int code = await RunAsync(service, copy, "slice_events=20000", "epochs=2", "experiments=2");

        Assert.NotEqual(0, code);
        Assert.Contains("errors from the true 0.4", service.ReadLog(), StringComparison.Ordinal);
        Assert.Contains("step 'check' failed", service.ReadLog(), StringComparison.Ordinal);
    }

    /// <summary>A workflow's code lies inside its folder, so what both need is there twice.</summary>
    [Fact]
    public void The_demonstrations_share_what_every_step_needs() => Assert.Equal(
        File.ReadAllText(Path.Combine(Folder("bsm-search"), "code", "common.py")),
        File.ReadAllText(Path.Combine(Folder("likelihood-free"), "code", "common.py")));

    private static async Task<int> RunAsync(ServiceFolder service, string folder, params string[] parameters)
    {
        _ = PublishedProgram.Path;
        Directory.CreateDirectory(service.Data);
        Directory.CreateSymbolicLink(Path.Combine(service.Data, "images"), PublishedProgram.Images);
        string[] arguments = [Path.Combine(folder, "reana.yaml"), .. parameters.SelectMany(one => new[] { "-p", one })];
        using Process run = ServiceProcess.Run(service, "run", arguments, [KeyValuePair.Create("SCAILFIN_BACKENDS", "")]);
        await service.RunEndsAsync(run);
        return run.ExitCode;
    }

    private static string CopyOfDemonstration(ServiceFolder service)
    {
        string source = Folder("likelihood-free"), copy = Path.Combine(Path.GetDirectoryName(service.Data)!, "demonstration");
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    private static string Folder(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../deploy/demo", name));

    private static async Task<JsonDocument> ReadAsync(string path) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

    private static void AssertBegins(string file, byte[] magic) => Assert.Equal(magic, File.ReadAllBytes(file).Take(magic.Length));
}
