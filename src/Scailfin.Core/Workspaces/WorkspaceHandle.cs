namespace Scailfin.Core.Workspaces;

/// <summary>
/// A workspace that was opened beneath its root, from directory to directory and through no link: what it was when it was checked it still
/// is, whatever a program does to its path. Made by <see cref="WorkspacePath.Open"/>.
/// </summary>
public sealed class WorkspaceHandle : IDisposable
{
    internal WorkspaceHandle(DirectoryHandle directory)
    {
        Directory = directory;
        RealPath = directory.RealPath;
    }

    /// <summary>The workspace itself.</summary>
    public DirectoryHandle Directory { get; }

    /// <summary>Its path without links, as it was when the workspace was opened. For those who cannot take a descriptor.</summary>
    public string RealPath { get; }

    /// <summary>
    /// Gives the workspace to a user: itself and all in it that belongs to the service's user, root. Does nothing if it is the user's
    /// already. A file with a second name stays as it is, because the other name may lie anywhere; and so does what is mounted in it.
    /// </summary>
    /// <returns>Null if the workspace is the user's now; the id of its owner if it is somebody else's, and nothing was changed.</returns>
    /// <exception cref="IOException">An owner cannot be changed; the next call goes on.</exception>
    public uint? Give(uint user, uint group)
    {
        using DirectoryEntry itself = Directory.Hold(".");
        if (itself.Owner == user)
            return null;
        if (itself.Owner != 0)
            return itself.Owner;
        GiveContents(Directory, itself.Mount, user, group);

        // Last, so that a workspace that was given in part is not taken for one that was given.
        itself.Give(user, group);
        return null;
    }

    private static void GiveContents(DirectoryHandle directory, ulong mount, uint user, uint group)
    {
        foreach (string name in directory.Names())
        {
            using DirectoryEntry entry = directory.Hold(name);
            if (entry.Mount != mount)
                continue;
            if (entry.Kind == FileKind.Directory)
            {
                using DirectoryHandle? inner = directory.Enter(name);
                if (inner is not null)
                    GiveContents(inner, mount, user, group);
            }

            if (entry.Owner == 0 && (entry.Kind == FileKind.Directory || entry.Names == 1))
                entry.Give(user, group);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();
}
