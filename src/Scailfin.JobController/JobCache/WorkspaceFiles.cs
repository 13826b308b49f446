using System.IO.Enumeration;

namespace Scailfin.JobController.JobCache;

/// <summary>A directory of a workspace, as Python's <c>os.walk</c> gives it: names as the file system orders them.</summary>
internal sealed record WalkedDirectory(string Path, IReadOnlyList<string> Files);

/// <summary>The files of a workspace in the order in which upstream's digest takes them (contract C.14).</summary>
internal static class WorkspaceFiles
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
    };

    /// <summary>
    /// Like <c>sorted(os.walk(root), key=files)</c>: from the top down, links to directories are not followed, directories that cannot be
    /// read are left out; then ordered by their lists of file names, equal ones as walked.
    /// </summary>
    public static IEnumerable<WalkedDirectory> Walk(string root, CancellationToken cancellationToken)
    {
        var walked = new List<WalkedDirectory>();
        var open = new Stack<string>([root]);
        while (open.TryPop(out string? path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var files = new List<string>();
            var directories = new List<string>();
            if (!TryRead(path, files, directories))
                continue;
            walked.Add(new WalkedDirectory(path, files));
            foreach (string directory in Enumerable.Reverse(directories))
                open.Push(Path.Combine(path, directory));
        }

        return walked.OrderBy(directory => directory.Files, NameListOrder.Instance);
    }

    private static bool TryRead(string path, List<string> files, List<string> directories)
    {
        try
        {
            var entries = new FileSystemEnumerable<(string Name, bool IsDirectory, bool IsLink)>(
                path,
                (ref FileSystemEntry entry) =>
                    (entry.FileName.ToString(), entry.IsDirectory, entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
                Everything);
            foreach ((string name, bool isDirectory, bool isLink) in entries)
            {
                if (!isDirectory)
                    files.Add(name);
                else if (!isLink)
                    directories.Add(name);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
