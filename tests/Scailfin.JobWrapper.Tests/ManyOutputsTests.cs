using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Receipts;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A process for each output would keep a job open for minutes: how many there are must not depend on the outputs.</summary>
public sealed class ManyOutputsTests(HpcContainer site)
{
    private const int Outputs = 20_000;

    /// <summary>Counted in November 2026; the step's own programs are among them.</summary>
    private const int MostProcesses = 300;

    // The shell's own words start no process.
    private const string MakeFiles = "i=0; while [ $i -lt 20000 ]; do echo $i >f$i; i=$((i + 1)); done";

    private const string MakeLinks = "mkdir l; seq 20000 | sed s,^,../a/, | xargs sh -c 'ln -s \"$@\" l' x";

    /// <summary>Another find, awk and xargs than GNU's.</summary>
    private const string OtherTools =
        "mkdir tools && for name in find awk xargs; do ln -s /bin/busybox tools/$name; done && "
        + "mount --bind tools /usr/local/sbin && ";

    [Theory]
    [InlineData("files", MakeFiles, "")]
    [InlineData("links", MakeLinks, "")]
    [InlineData("closed directories", "seq 20000 | xargs mkdir -m 0", "")]
    [InlineData("files, busybox", MakeFiles, OtherTools)]
    [InlineData("links, busybox", MakeLinks, OtherTools)]
    [InlineData("directories, busybox", "seq 20000 | xargs mkdir", OtherTools)]
    public async Task Twenty_thousand_outputs_take_no_process_each(string what, string make, string prepare)
    {
        string folder = await site.MakeFolderAsync("root");
        var files = new WrapperFiles(folder);
        JobSpec spec = Specs.Valid(make) with { WorkflowWorkspace = "/w", DockerImage = "box" };
        await File.WriteAllTextAsync(
            files.Script,
            WrapperScript.Render(
                Specs.NewAttempt(spec),
                new SiteProfile { Runtimes = ["bubblewrap"], ImageDirectories = [Path.Combine(folder, "images")], Scratch = ["/tmp"] },
                new WrapperPlace { Staging = StagingMode.Transfer, Directory = folder, Nonce = WrapperPlace.NewNonce() }),
            TestContext.Current.CancellationToken);
        (await site.ExecAsync("root", "site-images", Path.Combine(folder, "images"))).OutputOfSuccess();

        // In a name space of its own the numbers of processes tell how many there were.
        string last = (await site.ExecAsync(
            "root", "unshare", "--pid", "--fork", "--mount-proc", "--mount", "sh", "-c",
            $"cd {folder} && {prepare} bash '{files.Script}'; sh -c 'echo $$'; chmod -R a+rX {folder}")).OutputOfSuccess();
        Receipt receipt = Receipt.Read(files.Receipt)!;
        Assert.True(receipt is { ExitCode: 0, Warnings.Count: 0 }, $"{what}: {receipt.Message}");
        Assert.Equal(Outputs, await CountAsync(folder, what));
        Assert.InRange(int.Parse(last.TrimEnd(), CultureInfo.InvariantCulture), 1, MostProcesses);
    }

    private async Task<int> CountAsync(string folder, string what)
    {
        string names = (await site.ExecAsync(
            "root", "tar", "-tf", Path.Combine(folder, WrapperFiles.OutputArchiveName))).OutputOfSuccess();
        int count = names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

        // The directory that the links lie in is one, too.
        return what.StartsWith("links", StringComparison.Ordinal) ? count - 1 : count;
    }
}
