using System.Text;

namespace HTCondor.Net.EventLogs;

/// <summary>An event's lines, and the position of the next event.</summary>
internal sealed record EventBlock(IReadOnlyList<string> Lines, bool IsCut, long End)
{
    public JobEvent ToEvent() => JobEventParser.Parse(Lines, IsCut);
}

/// <summary>
/// Cuts a file's bytes into events: each ends with a line of three dots. It keeps no more than a bounded part of an event, however long
/// that is.
/// </summary>
internal sealed class EventBlocks(int maxEventBytes)
{
    private const int LeastEventBytes = 1024;
    private readonly int _maxEventBytes = Math.Max(maxEventBytes, LeastEventBytes);
    private readonly List<string> _lines = [];
    private readonly List<byte> _line = [];
    private int _kept;
    private bool _isCut;
    private long _lineLength;

    /// <summary>Behind the last byte that was taken.</summary>
    public long Offset { get; private set; }

    public bool IsEmpty => _lines.Count == 0 && _lineLength == 0;

    public void StartAt(long offset)
    {
        Offset = offset;
        Clear();
        _line.Clear();
        _lineLength = 0;
    }

    public IEnumerable<EventBlock> Take(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.Span.IndexOf((byte)'\n');
            Append(end < 0 ? bytes.Span : bytes.Span[..end]);
            Offset += end < 0 ? bytes.Length : end + 1;
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (end < 0)
                continue;
            foreach (EventBlock block in EndLine())
                yield return block;
        }
    }

    /// <summary>Returns the incomplete event at the end of the file, if there is one; it will not be completed.</summary>
    public EventBlock? Rest()
    {
        if (_lineLength > 0)
            Keep(LineText());
        _line.Clear();
        _lineLength = 0;
        if (_lines.Count == 0)
            return null;
        var block = new EventBlock([.. _lines], IsCut: true, Offset);
        Clear();
        return block;
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        _lineLength += part.Length;
        int room = _maxEventBytes - _line.Count;
        foreach (byte one in part[..Math.Min(room, part.Length)])
            _line.Add(one);
    }

    private IEnumerable<EventBlock> EndLine()
    {
        long begin = Offset - _lineLength - 1;
        bool isWhole = _lineLength == _line.Count;
        string line = LineText();
        _line.Clear();
        _lineLength = 0;
        if (isWhole && line == "...")
        {
            if (_lines.Count > 0)
                yield return new EventBlock([.. _lines], _isCut, Offset);
            Clear();
            yield break;
        }

        if (_lines.Count > 0 && JobEventParser.IsHeader(line))
        {
            yield return new EventBlock([.. _lines], IsCut: true, begin);
            Clear();
        }

        _isCut |= !isWhole;
        Keep(line);
    }

    private string LineText() => Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');

    private void Keep(string line)
    {
        if (_lines.Count == 0 && line.Length == 0)
            return;
        int room = _maxEventBytes - _kept;
        if (line.Length > room)
        {
            _isCut = true;
            line = line[..Math.Max(room, 0)];
            if (room <= 0)
                return;
        }

        _kept += line.Length + 1;
        _lines.Add(line);
    }

    private void Clear()
    {
        _lines.Clear();
        _kept = 0;
        _isCut = false;
    }
}
