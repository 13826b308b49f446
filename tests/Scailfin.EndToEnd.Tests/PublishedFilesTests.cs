namespace Scailfin.EndToEnd.Tests;

/// <summary>What is shipped beside the program.</summary>
public sealed class PublishedFilesTests
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Fact]
    public void Every_published_file_has_the_same_rights_for_all_and_is_written_by_its_owner_only()
    {
        string folder = Path.GetDirectoryName(PublishedProgram.Path)!;
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => (file, Mode: File.GetUnixFileMode(file))),
            one => one.Mode is not (Readable or Executable));
    }
}
