using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HTCondor.Net.EventLogs;

/// <summary>One file of a log, held open: a file that was rotated or removed can still be read to its end.</summary>
internal sealed partial class LogFile : IDisposable
{
    private const int HeadBytes = 1024;
    private const int TailBytes = 256;
    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle) => _handle = handle;

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens the file; null if it does not exist, may not be read, or is not a regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">Opens it; null for the usual way.</param>
    public static LogFile? TryOpen(string path, Func<string, SafeFileHandle?>? open = null)
    {
        try
        {
            return (open ?? OpenUsually)(path) is { } handle ? new LogFile(handle) : null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_handle, buffer, offset);

    public void Dispose() => _handle.Dispose();

    /// <summary>Returns the mark that identifies the file: its beginning, of at most this length.</summary>
    public LogMark Head(long most)
    {
        byte[] bytes = ReadUpTo(0, HeadBytes);
        int length = (int)Math.Min(most, bytes.Length);
        return GlobalHeader(bytes) is { } header && length > 0
            ? LogMark.Of(header.Identity) with { Length = length }
            : LogMark.Of(bytes.AsSpan(0, length));
    }

    /// <summary>The last bytes before an offset, of the global log's header none.</summary>
    public LogMark Tail(long offset)
    {
        long from = Math.Max(offset - TailBytes, GlobalHeader(ReadUpTo(0, HeadBytes))?.Length ?? 0);
        return from >= offset ? LogMark.Nothing : LogMark.Of(ReadUpTo(from, (int)(offset - from)));
    }

    /// <summary>Whether the file begins as the one did that the mark was taken of.</summary>
    public bool Begins(LogMark head) => head.Length > 0 && head.Length <= Length && head.Equals(Head(head.Length));

    /// <summary>Whether the position is in this file, and what is before it is as it was.</summary>
    public bool Has(JobEventPosition position) =>
        position.Offset > 0
            && position.Offset <= Length
            && Begins(position.Head)
            && (position.Tail.Length == 0 || position.Tail.Equals(Tail(position.Offset)));

    private static SafeFileHandle? OpenUsually(string path) => OperatingSystem.IsLinux()
        ? OpenUnlessSpecial(path)
        : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private byte[] ReadUpTo(long from, int count)
    {
        byte[] bytes = new byte[count];
        int read = 0;
        while (read < count && RandomAccess.Read(_handle, bytes.AsSpan(read), from + read) is > 0 and int more)
            read += more;
        return read == count ? bytes : bytes[..read];
    }

    /// <summary>
    /// HTCondor writes the first event of its global event log again when it rotates the file, with the final counts; only these words
    /// stay: <c>Global JobLog: ctime=1795557949 id=0.1234.1795557949.12 sequence=1</c>.
    /// </summary>
    private static (byte[] Identity, int Length)? GlobalHeader(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        int begin =
            text.StartsWith("008 (", StringComparison.Ordinal) ? text.IndexOf("Global JobLog: ctime=", StringComparison.Ordinal) : -1;
        int end = begin < 0 ? -1 : text.IndexOf(" size=", begin, StringComparison.Ordinal);
        int close = end < 0 ? -1 : text.IndexOf("\n...\n", end, StringComparison.Ordinal);
        return close < 0 ? null : (bytes[begin..end], close + 5);
    }
}
