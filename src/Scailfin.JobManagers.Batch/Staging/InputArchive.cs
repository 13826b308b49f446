using System.Security.Cryptography;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Packs a workspace for a node that does not share it: files, directories and links as they are (no link is followed), but for the
/// service's own folder. Pipes, sockets and devices stay.
/// </summary>
internal sealed class InputArchive : IDisposable
{
    private readonly TarOutput _tar;
    private readonly CancellationToken _cancellationToken;
    private readonly List<KeyValuePair<string, FileState>> _packed = [];
    private int _entries;

    private InputArchive(Stream archive, CancellationToken cancellationToken)
    {
        _tar = new TarOutput(archive);
        _cancellationToken = cancellationToken;
    }

    /// <summary>Writes the archive, if there is anything to pack, and what was packed.</summary>
    /// <returns>Its size and digest, for the node to compare; null if there is no archive.</returns>
    /// <exception cref="IOException">The workspace cannot be read.</exception>
    public static (long Size, string Sha256)? Write(AttemptPlace place, CancellationToken cancellationToken)
    {
        using DirectoryHandle workspace = DirectoryHandle.Open(place.Workspace);
        using DirectoryHandle attempt =
            place.Enter(workspace) ?? throw new IOException($"The attempt's directory '{place.Directory}' is gone.");
        string fresh = $"{WrapperFiles.InputArchiveName}.{Guid.NewGuid():N}";
        int entries = 0;
        attempt.MakeFile(fresh, file =>
        {
            using var archive = new InputArchive(file, cancellationToken);
            archive.Pack(workspace, "");
            entries = archive._entries;
            AttemptFiles.Write(place.Snapshot, WorkspaceSnapshot.Of(archive._packed).ToText());
        });
        if (entries == 0)
        {
            attempt.Remove(fresh);
            attempt.Remove(WrapperFiles.InputArchiveName);
            return null;
        }

        attempt.Move(fresh, attempt, WrapperFiles.InputArchiveName);
        using PlainFileStream? written = attempt.OpenFile(WrapperFiles.InputArchiveName);
        return written is null
            ? throw new IOException($"The archive '{place.Files.InputArchive}' is gone.")
            : (written.Length, Convert.ToHexStringLower(SHA256.HashData(written)));
    }

    public void Dispose() => _tar.Dispose();

    private void Pack(DirectoryHandle directory, string prefix)
    {
        foreach (string name in directory.Names())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (prefix.Length == 0 && name == AttemptPlace.Folder)
                continue;

            // Record the state before packing: a file that changes while it is packed then counts as changed by another program.
            // A file that no longer exists was removed by a parallel step.
            if (directory.Look(name) is { } state)
                PackOne(directory, name, prefix + name, state);
        }
    }

    private void PackOne(DirectoryHandle directory, string name, string path, FileStatus state)
    {
        DateTime modifiedAt = new(state.ModifiedAt, DateTimeKind.Utc);
        switch (state.Kind)
        {
            case FileKind.Directory:
                using (DirectoryHandle? inner = directory.Enter(name))
                {
                    if (inner is null)
                        return;
                    _tar.Write(new TarEntry('5', path + "/", "", 0, state.Mode, modifiedAt));
                    _entries++;
                    Pack(inner, path + "/");
                }

                return;
            case FileKind.Link:
                _tar.Write(new TarEntry('2', path, directory.ReadLink(name), 0, state.Mode, modifiedAt));
                break;
            case FileKind.File:
                using (PlainFileStream? content = directory.OpenFile(name))
                {
                    if (content is null)
                        return;
                    _tar.Write(new TarEntry('0', path, "", content.Length, state.Mode, modifiedAt), content);
                }

                break;
            default:
                return;
        }

        _entries++;
        _packed.Add(new(path, FileState.Of(state)));
    }
}
