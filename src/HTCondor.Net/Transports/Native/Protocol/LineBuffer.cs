using System.Diagnostics.CodeAnalysis;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>Cuts a stream of bytes into lines. What it grew to for a long one it gives back afterwards.</summary>
internal sealed class LineBuffer
{
    private const int Usual = 64 * 1024;

    private readonly int _longest;
    private byte[] _bytes = new byte[Usual];
    private int _begin;
    private int _end;
    private int _searched;

    /// <summary>Makes a buffer for lines of at most so many bytes.</summary>
    public LineBuffer(int longest = WorkerProtocol.LongestLine) => _longest = longest;

    /// <summary>Whether bytes of a line without an end are left.</summary>
    public bool HasRest => _end > _begin;

    /// <summary>Returns the memory for the next bytes; call <see cref="Added"/> afterwards.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public Memory<byte> Space()
    {
        if (_begin == _end)
        {
            _begin = _end = _searched = 0;
            if (_bytes.Length > Usual)
                _bytes = new byte[Usual];
        }

        if (_end == _bytes.Length)
            MakeRoom();
        return _bytes.AsMemory(_end);
    }

    /// <summary>Adds bytes that were written into <see cref="Space"/>.</summary>
    public void Added(int count) => _end += count;

    /// <summary>The next whole line without its end; it is valid until the next call of <see cref="Space"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out ReadOnlyMemory<byte>? line)
    {
        int at = _bytes.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (at < 0)
        {
            _searched = _end;
            line = null;
            return false;
        }

        at += _searched;
        line = _bytes.AsMemory(_begin, at - _begin);
        _begin = _searched = at + 1;
        return true;
    }

    private void MakeRoom()
    {
        int length = _end - _begin;
        if (length >= _longest)
            throw new InvalidDataException($"A line is longer than {_longest} bytes.");
        byte[] target = _begin > _bytes.Length / 2 ? _bytes : new byte[(int)Math.Min(_bytes.Length * 2L, _longest + 1L)];
        if (target.Length <= length)
            target = new byte[length + 1];
        _bytes.AsSpan(_begin, length).CopyTo(target);
        _bytes = target;
        _searched -= _begin;
        _begin = 0;
        _end = length;
    }
}
