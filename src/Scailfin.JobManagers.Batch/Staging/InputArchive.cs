using System.Formats.Tar;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Packs a workspace for a node that does not share it: files, directories and links as they are (no link is followed), but for the
/// service's own folder. Pipes, sockets and devices stay.
/// </summary>
internal static class InputArchive
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Writes the archive, if there is anything to pack, and what was packed.</summary>
    /// <exception cref="IOException">The workspace cannot be read.</exception>
    public static void Write(AttemptPlace place, CancellationToken cancellationToken)
    {
        string fresh = $"{place.Files.InputArchive}.{Guid.NewGuid():N}";
        var packed = new List<KeyValuePair<string, FileState>>();
        int entries;
        using (var file = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 1 << 16,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var tar = new TarWriter(file, TarEntryFormat.Pax))
        {
            entries = Pack(tar, place.Workspace, "", packed, cancellationToken);
        }

        AttemptFiles.Write(place.Snapshot, WorkspaceSnapshot.Of(packed).ToText());
        if (entries > 0)
            File.Move(fresh, place.Files.InputArchive, overwrite: true);
        else
            File.Delete(fresh);
    }

    private static int Pack(
        TarWriter tar, string directory, string prefix, List<KeyValuePair<string, FileState>> packed, CancellationToken cancellationToken)
    {
        int entries = 0;
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (prefix.Length == 0 && entry.Name == AttemptPlace.Folder)
                continue;
            string name = prefix + entry.Name;
            try
            {
                entries += PackOne(tar, entry, name, packed, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                // A parallel step removed it while we were on our way to it.
            }
        }

        return entries;
    }

    private static int PackOne(
        TarWriter tar, FileSystemInfo entry, string name, List<KeyValuePair<string, FileState>> packed, CancellationToken cancellationToken)
    {
        if (entry.LinkTarget is null && entry is DirectoryInfo)
        {
            tar.WriteEntry(entry.FullName, name + "/");
            return 1 + Pack(tar, entry.FullName, name + "/", packed, cancellationToken);
        }

        // The state is taken first: a file that changes while it is packed counts as changed by somebody else.
        if (FileState.Of(entry.FullName) is not { } state || (entry.LinkTarget is null && !PlainFile.Is(entry.FullName)))
            return 0;
        tar.WriteEntry(entry.FullName, name);
        packed.Add(new(name, state));
        return 1;
    }
}
