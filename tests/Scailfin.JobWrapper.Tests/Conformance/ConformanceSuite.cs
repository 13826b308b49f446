using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Security.Cryptography;
using Scailfin.JobWrapper.Receipts;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>What every runtime must do. All attempts of a target run once, the tests look at what they left.</summary>
public abstract class ConformanceSuite(HpcContainer site, RuntimeTarget target)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, AttemptResult>>>> Runs =
        new(StringComparer.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Cases => [.. ConformanceCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_step_sees(string name)
    {
        ConformanceCase one = ConformanceCase.All.Single(candidate => candidate.Name == name);
        AttemptResult result = await OfAsync("batch");
        Assert.True(result.Receipt?.ExitCode == 0, result.ToString());
        string inside = target.IsMoved ? result.FileText("out/working-directory").TrimEnd() : target.Inside ?? target.Workspace;
        string expected = one.Expected.Replace("{W}", inside, StringComparison.Ordinal)
            .Replace("{O}", target.Workspace, StringComparison.Ordinal).Replace("{UID}", target.Uid, StringComparison.Ordinal);
        Assert.Equal(expected, result.FileText($"out/{name}"));
    }

    [Theory]
    [InlineData("exit-7", 7)]
    [InlineData("exit-255", 255)]
    [InlineData("empty", 0)]
    [InlineData("batch", 0)]
    public async Task The_exit_code_is_the_steps(string scenario, int code)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True(result.ExitCode == code, result.ToString());
        Assert.Equal(
            (code, code, null, true),
            (result.Receipt?.ExitCode, result.Receipt?.StepExitCode, result.Receipt?.FailedPhase, result.Receipt?.StepMayHaveRun));
        Assert.NotNull(result.Receipt?.StepStartedAt);
    }

    [Fact]
    public async Task A_signal_that_ends_the_step_is_in_the_receipt()
    {
        AttemptResult result = await OfAsync("signal");
        Assert.True((result.ExitCode, result.Receipt?.Signal) is (137, 9), result.ToString());
    }

    [Fact]
    public async Task A_step_over_its_time_is_ended_says_so_and_its_files_come_out()
    {
        AttemptResult result = await OfAsync("timeout");
        Assert.True(result.Receipt?.Cause == "timeout", result.ToString());
        Assert.Contains(
            $"longer than its time limit of {target.TimeoutOf(TimeSpan.FromSeconds(10)).TotalSeconds} s",
            result.Receipt.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            $"longer than its time limit of {target.TimeoutOf(TimeSpan.FromSeconds(10)).TotalSeconds} s",
            result.Output,
            StringComparison.Ordinal);
        Assert.Equal("kept\n", result.FileText("partly"));
    }

    [Fact]
    public async Task A_stop_reaches_the_step_which_may_clean_up_and_its_files_come_out()
    {
        AttemptResult result = await OfAsync("stopped");
        Assert.True(result.Receipt?.Cause == "stopped", result.ToString());
        Assert.Equal("cleaned\n", result.FileText("cleaned"));

        // Slurm sends TERM to every process of a step: the runtime's own end by it may stand for the step's.
        Assert.Contains(result.Receipt.ExitCode, target.InSlurm ? [3, 143] : new[] { 3 });
    }

    [Fact]
    public async Task A_step_that_does_not_listen_is_killed_and_its_files_come_out()
    {
        AttemptResult result = await OfAsync("stubborn");
        Assert.True(result.Receipt?.Cause == "stopped", result.ToString());
        Assert.Equal("kept\n", result.FileText("partly"));
    }

    [Fact]
    public async Task A_long_log_is_kept_from_its_beginning_and_its_end()
    {
        AttemptResult result = await OfAsync("long-log");
        Assert.Equal(
            "0123456789\n[scailfin] The output is longer than 10 bytes; its last 8 bytes at most follow.\ntail-end", result.Output);
        Assert.True(result.Receipt?.LogCut);
    }

    [Fact]
    public async Task What_a_step_leaves_running_holds_nothing_up()
    {
        AttemptResult result = await OfAsync("left-behind");

        // Else its time limit would have ended it.
        Assert.True(result.Receipt is { ExitCode: 0, Cause: "" }, result.ToString());
        Assert.Matches(@"\Adone\n\[scailfin\] Processes that the step left running, and that were ended: 2\.\n\z", result.Output);
    }

    [Theory]
    [InlineData("same", "87654321\n")]
    [InlineData("new/deep/f", "n\n")]
    [InlineData("locked/l", "l\n")]
    [InlineData("new\nline", "x\n")]
    [InlineData("hard", "#!/bin/sh\necho ran\n")]
    public async Task Changed_and_new_files_come_out(string name, string content) =>
        Assert.Equal(content, (await OfAsync("files")).FileText(name));

    [Theory]
    [InlineData("emptydir", TarEntryType.Directory, "")]
    [InlineData("new/deep", TarEntryType.Directory, "")]
    [InlineData("inlink", TarEntryType.SymbolicLink, "new/deep/f")]
    [InlineData("new/folderlink", TarEntryType.SymbolicLink, "deep")]
    public async Task Folders_and_links_come_out(string name, TarEntryType type, string to)
    {
        TarEntry? entry = (await OfAsync("files")).Archive.GetValueOrDefault(name);
        Assert.Equal((type, to), (entry?.EntryType, entry?.LinkName ?? ""));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("kept")]
    [InlineData("gone")]
    [InlineData("sub")]
    [InlineData("sub/b")]
    [InlineData("outlink")]
    [InlineData("uplink")]
    [InlineData("sneaky")]
    [InlineData("about")]
    [InlineData("pipe")]
    [InlineData(".scailfin")]
    [InlineData(".scailfin/x")]
    public async Task Nothing_else_comes_out(string name) => Assert.DoesNotContain(name, (await OfAsync("files")).Archive.Keys);

    [Fact]
    public async Task What_stays_behind_is_said()
    {
        AttemptResult result = await OfAsync("files");
        foreach (string name in (string[])["outlink", "uplink", "sneaky", "pipe"])
            Assert.Contains(result.Receipt!.Warnings, warning => warning.EndsWith($" ./{name}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_receipt_lists_outputs_with_size_and_digest()
    {
        AttemptResult result = await OfAsync("files");
        ReceiptOutput? output = result.Receipt?.Outputs.SingleOrDefault(one => one.Path == "new/deep/f");
        Assert.Equal(new ReceiptOutput("new/deep/f", 2, Convert.ToHexStringLower(SHA256.HashData("n\n"u8))), output);
        Assert.Equal(result.Receipt!.OutputCount, result.Receipt.Outputs.Count);
    }

    [Fact]
    public async Task The_receipt_says_what_ran_it_where_and_when()
    {
        Receipt receipt = (await OfAsync("batch")).Receipt!;
        Assert.Contains(receipt.Runtime, target.Profile.Runtimes);
        Assert.Equal("hpc", receipt.Host);
        Assert.StartsWith("Linux", receipt.Kernel, StringComparison.Ordinal);
        Assert.Equal(["claim", "runtime", "stage_in", "image", "run", "stage_out"], receipt.Phases.Select(phase => phase.Name));
        Assert.True(receipt.StartedAt <= receipt.StepStartedAt && receipt.StepStartedAt <= receipt.EndedAt);
        Assert.True(receipt.BytesIn > 0 && receipt.BytesOut > 0);
    }

    [Fact]
    public async Task No_secret_is_in_any_log()
    {
        AttemptResult result = await OfAsync("batch");
        Assert.DoesNotContain(ConformanceCase.Secret, result.Output + result.Complaints + result.StandardOutput, StringComparison.Ordinal);
    }

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        IReadOnlyDictionary<string, AttemptResult> results = await Runs.GetOrAdd(
            target.Name, _ => new(() => AttemptBatch.RunAsync(site, target, Scenarios.All))).Value.WaitAsync(Cancellation);
        return results[scenario];
    }
}
