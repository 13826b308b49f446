using System.Buffers;
using System.Globalization;
using System.Text;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Keeps the beginning and the end of a log, and says how much of its middle is left out. Grows only as far as it has to.
/// </summary>
internal sealed class HeadAndTail(int head, int tail) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _head = new();
    private byte[] _scratch = [];
    private byte[] _tail = [];
    private long _beyond;

    public void Advance(int count) => Append(_scratch.AsSpan(0, count));

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int size = Math.Max(sizeHint, 4096);
        if (_scratch.Length < size)
            _scratch = new byte[size];
        return _scratch;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override string ToString()
    {
        string beginning = Encoding.UTF8.GetString(_head.WrittenSpan[..WholeEnd(_head.WrittenSpan)]);
        if (_beyond == 0)
            return Encoding.UTF8.GetString(_head.WrittenSpan);
        byte[] end = End();
        int start = 0;
        while (start < end.Length && (end[start] & 0xC0) == 0x80)
            start++;
        string text = Encoding.UTF8.GetString(end, start, end.Length - start);
        long left = _beyond - end.Length;
        return left <= 0
            ? Encoding.UTF8.GetString([.. _head.WrittenSpan, .. end])
            : $"{beginning}\n[... {left.ToString(CultureInfo.InvariantCulture)} bytes are left out ...]\n{text}";
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int room = Math.Min(head - _head.WrittenCount, bytes.Length);
        if (room > 0)
        {
            _head.Write(bytes[..room]);
            bytes = bytes[room..];
        }

        if (bytes.IsEmpty)
            return;
        if (_tail.Length == 0)
            _tail = new byte[tail];
        while (!bytes.IsEmpty)
        {
            int at = (int)(_beyond % tail);
            int count = Math.Min(tail - at, bytes.Length);
            bytes[..count].CopyTo(_tail.AsSpan(at));
            _beyond += count;
            bytes = bytes[count..];
        }
    }

    private byte[] End()
    {
        if (_beyond <= tail)
            return _tail[..(int)_beyond];
        int at = (int)(_beyond % tail);
        return [.. _tail[at..], .. _tail[..at]];
    }

    private static int WholeEnd(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.Length;
        while (end > 0 && bytes.Length - end < 3 && (bytes[end - 1] & 0xC0) == 0x80)
            end--;
        if (end == 0 || bytes[end - 1] < 0xC0)
            return bytes.Length;
        int length = bytes[end - 1] >= 0xF0 ? 4 : bytes[end - 1] >= 0xE0 ? 3 : 2;
        return bytes.Length - (end - 1) >= length ? bytes.Length : end - 1;
    }
}
