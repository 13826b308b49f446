using System.Buffers;
using System.Text;

namespace Scailfin.Core.JobManagers;

/// <summary>
/// Makes text of what a step wrote. An offset into a log means the same while the job runs and afterwards: each byte that is not part of a
/// UTF-8 character, and NUL, which no database takes, becomes one question mark.
/// </summary>
public static class LogBytes
{
    private const byte Replacement = (byte)'?';

    /// <summary>Replaces in place.</summary>
    /// <param name="bytes">A piece that begins with a character.</param>
    /// <param name="isEnd">Whether nothing follows: an incomplete character at the end is then invalid.</param>
    /// <returns>The number of bytes that are complete characters.</returns>
    public static int Clean(Span<byte> bytes, bool isEnd)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            int plain = bytes[at..].IndexOfAnyExceptInRange((byte)0x01, (byte)0x7F);
            if (plain < 0)
                return bytes.Length;
            at += plain;
            OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out _, out int used);
            if (status == OperationStatus.NeedMoreData && !isEnd)
                return at;
            if (status != OperationStatus.Done || bytes[at] == 0)
                bytes.Slice(at, used).Fill(Replacement);
            at += used;
        }

        return bytes.Length;
    }
}
