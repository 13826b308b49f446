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

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();
}
