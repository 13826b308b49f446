using System.Diagnostics;
using Scailfin.Core.Workspaces;

namespace Scailfin.Core.Tests.Workspaces;

/// <summary>Whose a directory is, when users may put links on its path.</summary>
public sealed class PathOwnerTests : IDisposable
{
    private const uint Anna = 12345;
    private const uint Bert = 12346;
    private readonly string _home = Directory.CreateTempSubdirectory("scailfin-owner-").FullName;

    public PathOwnerTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root makes directories of other users.");
        Run("chmod", "755", _home);
        foreach ((string name, uint user) in (ReadOnlySpan<(string, uint)>)[("anna", Anna), ("bert", Bert)])
        {
            Directory.CreateDirectory(In($"{name}/w"));
            Run("chown", "-R", $"{user}:{user}", In(name));
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("anna/w", Anna)]
    [InlineData("anna/../bert/./w/", Bert)]
    public void A_directory_has_its_owner(string path, uint user) => Assert.Equal((user, user), PathOwner.Of(In(path)));

    [Theory]
    [InlineData("link", "anna/w", 0u, Anna)]
    [InlineData("anna/link", "w", Anna, Anna)]
    [InlineData("anna/link", "../anna/w", Anna, Anna)]
    public void A_link_of_root_or_of_the_owner_is_followed(string link, string target, uint maker, uint user)
    {
        Link(link, target, maker);
        Assert.Equal((user, user), PathOwner.Of(In(link)));
    }

    [Theory]
    [InlineData("anna/link", "../bert/w", "anna/link")]
    [InlineData("anna/link", "../bert", "anna/link/w")]
    [InlineData("anna/link", "{home}/bert/w", "anna/link")]
    [InlineData("anna/link", "/", "anna/link")]
    public void A_link_of_another_user_makes_nobody_the_owner(string link, string target, string path)
    {
        Link(link, target.Replace("{home}", _home, StringComparison.Ordinal), Anna);
        IOException refused = Assert.Throws<IOException>(() => PathOwner.Of(In(path)));
        Assert.Contains($"a link of user {Anna}, to a directory of user ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "cannot be looked at")]
    [InlineData("file", "is not a directory")]
    [InlineData("file/below", "cannot be looked at")]
    [InlineData("circle", "go round in a circle")]
    public void What_leads_to_no_directory_has_no_owner(string path, string reason)
    {
        File.WriteAllText(In("file"), "");
        Link("circle", "circle", 0);
        Assert.Contains(reason, Assert.Throws<IOException>(() => PathOwner.Of(In(path))).Message, StringComparison.Ordinal);
    }

    private void Link(string name, string target, uint maker)
    {
        File.CreateSymbolicLink(In(name), target);
        Run("chown", "-h", $"{maker}", In(name));
    }

    private string In(string path) => Path.Combine(_home, path);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
