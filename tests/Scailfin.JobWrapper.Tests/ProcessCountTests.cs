using System.Globalization;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>What a wrapper costs is above all how many processes it starts.</summary>
public sealed class ProcessCountTests(HpcContainer site)
{
    /// <summary>Counted in November 2026: 22, those of the container and its shells among them; before, strace counted 97.</summary>
    private const int Most = 24;

    [Fact]
    public async Task A_step_that_does_nothing_takes_few_processes()
    {
        string folder = await site.MakeFolderAsync("root");
        (await site.ExecAsync("root", "site-images", Path.Combine(folder, "images"))).OutputOfSuccess();
        string workspace = Directory.CreateDirectory(Path.Combine(folder, "workspace")).FullName;
        var profile = new SiteProfile { Runtimes = ["bubblewrap"], ImageDirectories = [Path.Combine(folder, "images")] };
        Attempt attempt = Specs.NewAttempt(Specs.Valid("echo done") with { WorkflowWorkspace = workspace, DockerImage = "box" });
        var files = new WrapperFiles(folder);
        await File.WriteAllTextAsync(
            files.Script, WrapperScript.Render(attempt, profile, WrapperPlace.Shared(folder)), TestContext.Current.CancellationToken);

        // In a name space of its own the numbers of processes tell how many there were: the counting shell's is the one after the last.
        string last = (await site.ExecAsync(
            "root", "unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", $"bash '{files.Script}'; sh -c 'echo $$'")).OutputOfSuccess();
        Assert.Equal("done\n", await File.ReadAllTextAsync(files.Output, TestContext.Current.CancellationToken));
        Assert.InRange(int.Parse(last, CultureInfo.InvariantCulture) - 2, 1, Most);
    }
}
