using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>What tells one version of a file from another.</summary>
/// <param name="Size">Bytes; of a link, the length of its target.</param>
/// <param name="ModifiedAt">Ticks of 100 ns, UTC.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileState(long Size, long ModifiedAt)
{
    /// <summary>Null where nothing is there.</summary>
    public static FileState? Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is { } target)
            return new FileState(target.Length, file.LastWriteTimeUtc.Ticks);
        return file.Exists ? new FileState(file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}
