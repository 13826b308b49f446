using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A file's name is bytes, which need not be UTF-8: Latin-1 is what many old analyses have.</summary>
/// <remarks>Chirp stages by the same archives as file transfer.</remarks>
public sealed class FileNameTests(HpcContainer site)
{
    // caf\351 is changed, d\351j\340/vu is read, m\374ll is made.
    private const string Step = "cat caf?; cat d?j?/vu; for f in caf?; do echo more >>\"$f\"; done; "
        + "m=$(printf 'm\\374ll'); echo new >\"$m\"; ln -s \"$m\" l";

    private const string MakeInputs =
        """
        printf 'first\n' >"$(printf 'caf\351')" && mkdir "$(printf 'd\351j\340')" && printf 'second\n' >"$(printf 'd\351j\340/vu')"
        """;

    private const string Look =
        "tar -tf output.tar --quoting-style=escape >names; tar -xOf output.tar --wildcards './caf*' >changed";

    private static readonly RuntimeTarget Target = new()
    {
        Name = "names",
        Profile = new SiteProfile { Runtimes = ["bubblewrap"], Scratch = ["/tmp"] },
    };

    private static readonly Scenario[] All =
    [
        Staged(StagingMode.Transfer),
        new("Shared", Step)
        {
            Staging = StagingMode.Shared,
            Before = $"mkdir ws && cd ws && {MakeInputs}",
            After = "tar -C ws -cf shared.tar . && " + Look.Replace("output.tar", "shared.tar", StringComparison.Ordinal),
        },
    ];

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    [Theory]
    [InlineData(StagingMode.Transfer)]
    [InlineData(StagingMode.Shared)]
    public async Task A_file_whose_name_is_not_UTF_8_goes_in_and_comes_out(StagingMode staging)
    {
        AttemptResult result = await OfAsync(staging.ToString());
        Assert.True(result is { Receipt: { ExitCode: 0, Warnings.Count: 0 }, Output: "first\nsecond\n" }, result.ToString());
        string[] names = result.Text("names").Split('\n');
        Assert.Contains("./caf\\351", names);
        Assert.Contains("./m\\374ll", names);
        Assert.Contains("./l", names);
        Assert.Equal("first\nmore\n", result.Text("changed"));
        // JSON has no bytes: each that is not UTF-8 is replaced.
        Assert.Equal(
            ["caf\uFFFD", "m\uFFFDll"],
            result.Receipt.Outputs.Select(output => output.Path).Where(path => path.Contains('\uFFFD')));
        Assert.All(result.Receipt.Outputs, output => Assert.NotNull(output.Sha256));
    }

    private static Scenario Staged(StagingMode staging) => new(staging.ToString(), Step)
    {
        Staging = staging,
        Before = $"{MakeInputs} && tar -rf input.tar caf* d*",
        After = Look,
    };

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, Target, All);
        }
        finally
        {
            Gate.Release();
        }

        return _results[scenario];
    }
}
