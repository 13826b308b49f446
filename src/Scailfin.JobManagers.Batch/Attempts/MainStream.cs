using System.Text;
using Microsoft.Win32.SafeHandles;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Reads a job's main stream, while it grows and once it is complete. Offsets are those of the file.</summary>
public static class MainStream
{
    /// <summary>
    /// Up to <paramref name="limit"/> bytes of whole characters from byte <paramref name="offset"/>; empty if there is no more, or no
    /// file.
    /// </summary>
    /// <exception cref="IOException">The stream cannot be read now.</exception>
    /// <exception cref="UnauthorizedAccessException">The stream cannot be read now.</exception>
    public static ReadOnlyMemory<byte> Read(string path, long offset, int limit)
    {
        byte[] bytes = ReadBytes(path, offset, limit);
        return bytes.AsMemory(0, LogBytes.Clean(bytes, isEnd: false));
    }

    /// <summary>The stream of a job that has ended, or its first <paramref name="limit"/> bytes.</summary>
    public static string ReadAll(string path, long limit)
    {
        byte[] bytes = ReadBytes(path, offset: 0, limit);
        LogBytes.Clean(bytes, isEnd: true);
        return Encoding.UTF8.GetString(bytes);
    }

    private static byte[] ReadBytes(string path, long offset, long limit)
    {
        try
        {
            using SafeFileHandle? file = RegularFile.OpenUnlinked(path);
            long left = file is null ? 0 : RegularFile.LengthOf(file) - offset;
            return left > 0 ? RegularFile.ReadAt(file!, offset, (int)Math.Min(limit, left)).ToArray() : [];
        }
        catch (NotARegularFileException)
        {
            return [];
        }
    }
}
