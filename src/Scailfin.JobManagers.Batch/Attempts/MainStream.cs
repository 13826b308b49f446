using System.Text;
using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Reads a job's main stream, while it grows and once it is complete. Offsets are those of the file.</summary>
public static class MainStream
{
    /// <summary>
    /// Up to <paramref name="limit"/> bytes of whole characters from byte <paramref name="offset"/>; empty if there is no more, or no
    /// file.
    /// </summary>
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
        if (!PlainFile.Is(path))
            return [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length <= offset)
            return [];
        stream.Seek(offset, SeekOrigin.Begin);
        byte[] bytes = new byte[Math.Min(limit, stream.Length - offset)];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
