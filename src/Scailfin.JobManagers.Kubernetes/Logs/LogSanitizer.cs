using System.Buffers;
using System.Text;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Makes text of what a container wrote: bytes that are no UTF-8, and NUL, which no database takes, become U+FFFD. A character that is cut
/// between two pieces is put together.
/// </summary>
internal sealed class LogSanitizer
{
    private static readonly byte[] Replacement = [0xEF, 0xBF, 0xBD];

    private readonly byte[] _kept = new byte[4];
    private int _keptCount;

    /// <summary>
    /// Writes the complete characters of the kept bytes and <paramref name="piece"/>; keeps an incomplete last one for the next piece.
    /// </summary>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        while (_keptCount > 0 && !piece.IsEmpty)
        {
            _kept[_keptCount++] = piece[0];
            piece = piece[1..];
            OperationStatus status = Rune.DecodeFromUtf8(_kept.AsSpan(0, _keptCount), out _, out int used);
            if (status == OperationStatus.NeedMoreData)
                continue;
            byte[] rest = _kept[used.._keptCount];
            output.Write(status == OperationStatus.Done ? _kept.AsSpan(0, used) : Replacement);
            _keptCount = 0;

            // The bytes after the decoded ones, at most three; the first of them may begin another character.
            WriteWhole(rest, output);
        }

        WriteWhole(piece, output);
    }

    /// <summary>Ends the text: the bytes that are kept are not a complete character.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_keptCount > 0)
            output.Write(Replacement);
        _keptCount = 0;
    }

    private void WriteWhole(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        while (!piece.IsEmpty)
        {
            int plain = piece.IndexOfAnyExceptInRange((byte)0x01, (byte)0x7F);
            if (plain != 0)
            {
                output.Write(plain < 0 ? piece : piece[..plain]);
                piece = plain < 0 ? [] : piece[plain..];
                continue;
            }

            if (piece[0] == 0)
            {
                output.Write(Replacement);
                piece = piece[1..];
                continue;
            }

            OperationStatus status = Rune.DecodeFromUtf8(piece, out _, out int used);
            if (status == OperationStatus.NeedMoreData)
            {
                piece.CopyTo(_kept);
                _keptCount = piece.Length;
                return;
            }

            output.Write(status == OperationStatus.Done ? piece[..used] : Replacement);
            piece = piece[used..];
        }
    }
}
