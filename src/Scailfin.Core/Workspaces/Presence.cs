using Microsoft.Win32.SafeHandles;

namespace Scailfin.Core.Workspaces;

/// <summary>
/// Whether something is at a path. A look that fails (no descriptors left, a stale file handle, no permission) is an exception: the
/// system's <c>Exists</c> calls that an absence, and whoever looks for evidence must not.
/// </summary>
public static class Presence
{
    private const int NoSuchFile = 2;
    private const int NoSuchProcess = 3;
    private const int NotADirectory = 20;

    /// <summary>Whether there is a file, or a link.</summary>
    /// <exception cref="IOException">The path cannot be examined.</exception>
    /// <exception cref="UnauthorizedAccessException">The service has no permission to examine the path.</exception>
    public static bool OfFile(string path) => Look(path) is { } attributes && !attributes.HasFlag(FileAttributes.Directory);

    /// <summary>Whether there is a directory, or a link to one.</summary>
    /// <inheritdoc cref="OfFile"/>
    public static bool OfDirectory(string path) => Look(path)?.HasFlag(FileAttributes.Directory) == true;

    /// <summary>Whether there is a regular file; a link to one is none.</summary>
    /// <inheritdoc cref="OfFile"/>
    public static bool OfRegularFile(string path)
    {
        try
        {
            using SafeFileHandle? file = RegularFile.OpenUnlinked(path);
            return file is not null;
        }
        catch (NotARegularFileException)
        {
            return false;
        }
    }

    /// <summary>Whether a failed look proves that a file, or the process of a file in /proc, is absent: ENOENT, ENOTDIR, ESRCH.</summary>
    public static bool IsDisproved(Exception failedLook) =>
        failedLook is FileNotFoundException or DirectoryNotFoundException
        || (failedLook is IOException && failedLook.HResult is NoSuchFile or NoSuchProcess or NotADirectory);

    private static FileAttributes? Look(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception exception) when (IsDisproved(exception))
        {
            return null;
        }
    }
}
