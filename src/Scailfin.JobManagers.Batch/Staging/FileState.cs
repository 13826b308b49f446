using System.Runtime.InteropServices;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>The properties that distinguish versions of a file.</summary>
/// <param name="Size">The size in bytes; of a link, the length of its target.</param>
/// <param name="ModifiedAt">The modification time, in ticks of 100 ns, UTC.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileState(long Size, long ModifiedAt)
{
    public static FileState Of(FileStatus status) => new(status.Size, status.ModifiedAt);
}
