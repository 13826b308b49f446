using Scailfin.Core.Workspaces;

namespace Scailfin.Core.Tests.Workspaces;

public sealed class PresenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-presence-").FullName;

    public PresenceTests()
    {
        File.WriteAllText(In("file"), "");
        Directory.CreateDirectory(In("directory"));
        File.CreateSymbolicLink(In("to-directory"), In("directory"));
        File.CreateSymbolicLink(In("loop"), In("loop"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("file", true, false)]
    [InlineData("directory", false, true)]
    [InlineData("to-directory", false, true)]
    [InlineData("none", false, false)]
    [InlineData("none/none", false, false)]
    [InlineData("file/none", false, false)]
    public void What_is_there_is_told_and_so_is_what_is_not(string name, bool isFile, bool isDirectory) =>
        Assert.Equal((isFile, isDirectory), (Presence.OfFile(In(name)), Presence.OfDirectory(In(name))));

    /// <summary>The system's own Exists says no to each of these.</summary>
    [Fact]
    public void A_look_that_fails_is_no_absence()
    {
        Assert.False(File.Exists(In("loop/file")));
        Assert.Throws<IOException>(() => Presence.OfFile(In("loop/file")));
        Assert.Throws<IOException>(() => Presence.OfDirectory(In("loop/file")));
    }

    [Theory]
    [InlineData(2, true)] // ENOENT
    [InlineData(3, true)] // ESRCH
    [InlineData(5, false)] // EIO
    [InlineData(20, true)] // ENOTDIR
    [InlineData(23, false)] // ENFILE
    [InlineData(24, false)] // EMFILE
    [InlineData(116, false)] // ESTALE
    public void Only_three_errors_prove_that_something_is_not_there(int error, bool isDisproved)
    {
        Assert.Equal(isDisproved, Presence.IsDisproved(new IOException("", error)));
        Assert.False(Presence.IsDisproved(new UnauthorizedAccessException()));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
