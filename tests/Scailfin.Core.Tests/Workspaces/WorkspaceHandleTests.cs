using Scailfin.Core.Processes;
using Scailfin.Core.Workspaces;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Workspaces;

/// <summary>A workspace is opened beneath its root, whatever a program does to its path at that moment.</summary>
public sealed class WorkspaceHandleTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("scailfin-workspace-").FullName;
    private readonly WorkspacePath _paths;

    public WorkspaceHandleTests()
    {
        Directory.CreateDirectory(In("root/user/ws/sub"));
        Directory.CreateDirectory(In("outside/sub"));
        File.WriteAllText(In("outside/secret"), "");
        File.WriteAllText(In("outside/sub/secret"), "");
        _paths = new WorkspacePath([In("root")]);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("root/user/ws")]
    [InlineData("root/user/ws/")]
    [InlineData("root/user/ws/sub/../sub")]
    public void A_workspace_below_the_root_is_opened(string path)
    {
        using WorkspaceHandle? workspace = _paths.Open(In(path), out string problem);
        Assert.Equal("", problem);
        Assert.Equal(Path.TrimEndingDirectorySeparator(Path.GetFullPath(In(path))), workspace?.RealPath);
    }

    [Fact]
    public void A_root_that_is_a_link_is_the_operators_choice()
    {
        File.CreateSymbolicLink(In("link"), In("root"));
        using WorkspaceHandle? workspace = new WorkspacePath([In("link")]).Open(In("link/user/ws"), out _);
        Assert.Equal(In("root/user/ws"), workspace?.RealPath);
    }

    [Fact]
    public async Task What_root_made_in_a_workspace_is_given_and_nothing_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives files away");
        File.WriteAllText(In("root/user/ws/sub/made"), "");
        File.WriteAllText(In("root/user/ws/of another"), "");
        File.CreateSymbolicLink(In("root/user/ws/to-outside"), In("outside"));
        File.CreateSymbolicLink(In("root/user/ws/to-secret"), In("outside/secret"));
        await ShellAsync(
            "chown 4321 'root/user/ws/of another' && ln outside/secret root/user/ws/second-name "
                + "&& mkdir root/user/ws/mounted && mount --bind outside root/user/ws/mounted");
        using WorkspaceHandle workspace = _paths.Open(In("root/user/ws"), out _)!;
        try
        {
            Assert.Null(workspace.Give(1234, 1234));
        }
        finally
        {
            await ShellAsync("umount root/user/ws/mounted");
        }

        Assert.Null(workspace.Give(1234, 1234));
        Assert.Equal(1234u, workspace.Give(1235, 1235));
        Assert.Equal(
            """
            0 outside
            0 outside/secret
            0 outside/sub
            0 outside/sub/secret
            0 root/user/ws/mounted
            0 root/user/ws/second-name
            1234 root/user/ws
            1234 root/user/ws/sub
            1234 root/user/ws/sub/made
            1234 root/user/ws/to-outside
            1234 root/user/ws/to-secret
            4321 root/user/ws/of another

            """,
            await ShellAsync("find outside root/user/ws -printf '%U %p\\n' | LC_ALL=C sort"));
    }

    [Theory]
    [InlineData("outside", "does not lie under a workspace root")]
    [InlineData("root", "does not lie under a workspace root")]
    [InlineData("root/user/none", "does not exist on this machine")]
    [InlineData("root/none/ws", "does not exist on this machine")]
    [InlineData("root/user/link", "a link, or a file, stands in the place of a directory")]
    [InlineData("root/user/link/sub", "a link, or a file, stands in the place of a directory")]
    [InlineData("root/user/inside", "a link, or a file, stands in the place of a directory")]
    [InlineData("root/user/file", "a link, or a file, stands in the place of a directory")]
    public void Anything_else_is_refused_with_the_reason(string path, string reason)
    {
        File.CreateSymbolicLink(In("root/user/link"), In("outside"));
        File.CreateSymbolicLink(In("root/user/inside"), In("root/user/ws"));
        File.WriteAllText(In("root/user/file"), "");
        Assert.Null(_paths.Open(In(path), out string problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root/user/ws", "outside")]
    [InlineData("root/user/ws/sub", "outside/sub")]
    public async Task However_a_directory_is_swapped_for_a_link_meanwhile_nothing_outside_the_root_is_opened(string swapped, string target)
    {
        int opened = 0, refused = 0;
        await using (var swapping = new SwappedDirectory(In(swapped), In(target), pause: 1000))
        {
            for (int round = 0; SwappedDirectory.IsDue(round, opened > 0 && refused > 0); round++)
            {
                using WorkspaceHandle? workspace = _paths.Open(In("root/user/ws/sub"), out _);
                Assert.Null(workspace?.Directory.Look("secret"));
                opened += workspace is null ? 0 : 1;
                refused += workspace is null ? 1 : 0;
            }

            Figures.Add($"race, {swapped}: {opened} uses opened it, {refused} did not, {swapping.Swaps} swaps");
        }

        Assert.True(opened > 0 && refused > 0, $"{opened} opened, {refused} refused");
    }

    private async Task<string> ShellAsync(string command)
    {
        CommandResult result = await new Command("sh", ["-ec", $"cd {_home}; {command}"], TimeSpan.FromMinutes(1))
            .RunAsync(TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Complaint);
        return System.Text.Encoding.UTF8.GetString(result.Output);
    }

    private string In(string path) => Path.Combine(_home, path);
}
