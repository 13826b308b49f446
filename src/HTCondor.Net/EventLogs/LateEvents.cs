namespace HTCondor.Net.EventLogs;

/// <summary>
/// Reads events that are written to the newest rotated file after it was read to its end: by default HTCondor's writers do not lock the
/// global log (<c>EVENT_LOG_LOCKING</c>), so a process that opened it just before another one rotated it writes to it afterwards.
/// </summary>
internal sealed class LateEvents : IDisposable
{
    private readonly LogFile _file;
    private readonly EventBlocks _blocks;
    private readonly Queue<EventBlock> _ready = new();

    public LateEvents(LogFile file, long from, int maxEventBytes)
    {
        _file = file;
        _blocks = new EventBlocks(maxEventBytes);
        _blocks.StartAt(from);
    }

    /// <summary>The events that came since the last call, at most so many.</summary>
    public List<EventBlock> Next(int most)
    {
        if (_ready.Count == 0 && _file.Length > _blocks.Offset)
        {
            byte[] buffer = new byte[64 * 1024];
            while (_ready.Count < most && _file.Read(buffer, _blocks.Offset) is > 0 and int read)
            {
                foreach (EventBlock block in _blocks.Take(buffer.AsMemory(0, read)))
                    _ready.Enqueue(block);
            }
        }

        var events = new List<EventBlock>();
        while (events.Count < most && _ready.TryDequeue(out EventBlock? block))
            events.Add(block);
        return events;
    }

    public void Dispose() => _file.Dispose();
}
