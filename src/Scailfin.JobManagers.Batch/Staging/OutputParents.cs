using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Opens the directories that an archive's files go to, and makes those that are missing. The last one stays open, for what lies together
/// mostly comes together.
/// </summary>
internal sealed class OutputParents(DirectoryHandle root) : IDisposable
{
    private const UnixFileMode NewDirectory = (UnixFileMode)0x1FF;

    private DirectoryHandle? _last;
    private string _path = "";

    /// <summary>Returns the directory that a path's last name lies in; null if it cannot be reached.</summary>
    /// <param name="path">The raw path, with its last name.</param>
    /// <param name="problem">The reason if null is returned.</param>
    public DirectoryHandle? Of(string path, out string? problem)
    {
        problem = null;
        int end = path.LastIndexOf('/');
        if (end < 0)
            return root;
        if (_last is not null && path[..end] == _path)
            return _last;
        Close();
        DirectoryHandle? at = null;
        foreach (string part in path[..end].Split('/'))
        {
            DirectoryHandle from = at ?? root;
            try
            {
                DirectoryHandle next = from.EnterOrMake(part, NewDirectory);
                at?.Dispose();
                at = next;
            }
            catch (NotADirectoryException)
            {
                string what = from.Look(part) is { Kind: FileKind.Link } ? "link" : "file";
                problem = $"the archive of outputs has the path '{RawName.Show(path)}', "
                    + $"but '{RawName.Show(part)}' is a {what} in the workspace";
                at?.Dispose();
                return null;
            }
        }

        (_last, _path) = (at, path[..end]);
        return at;
    }

    public void Dispose() => Close();

    private void Close()
    {
        _last?.Dispose();
        _last = null;
    }
}
