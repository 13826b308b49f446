namespace HTCondor.Net.EventLogs;

/// <summary>Goes through the files of a log in their order.</summary>
internal sealed class LogReader : IDisposable
{
    private const string Replaced = "The file that was being read is gone, or was truncated or replaced.";
    private readonly JobEventLogOptions _options;
    private readonly LogFiles _log;
    private readonly EventBlocks _blocks;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Queue<EventBlock> _ready = new();
    private List<LogFile> _files = [];
    private LateEvents? _late;
    private JobEventPosition _position;
    private string? _gap;

    public LogReader(string path, JobEventLogOptions options, JobEventPosition? from)
    {
        _options = options;
        _log = new LogFiles(path, options.MaxRotations, name => LogFile.TryOpen(name, options.Open));
        _blocks = new EventBlocks(options.MaxEventBytes);
        _position = from ?? new JobEventPosition();
        if (_position.Finished is [.., var last] && _log.Rotated(last.Head) is { } file)
            _late = new LateEvents(file, last.End, options.MaxEventBytes);
    }

    /// <summary>The next events; null if there are none now.</summary>
    public JobEventBatch? Next()
    {
        while (true)
        {
            if (_late?.Next(_options.MaxBatchEvents) is { Count: > 0 } late)
                return Late(late);
            if (_files.Count == 0 && !Open())
                return null;
            if (_files[0].Length < _blocks.Offset || (_position.Offset > 0 && !_files[0].Has(_position)))
                StartAgain();
            Fill();
            if (_ready.Count > 0 || _gap is not null)
                return Batch();
            if (!MoveOn())
                return null;
        }
    }

    public void Dispose()
    {
        Close();
        _late?.Dispose();
    }

    private bool Open()
    {
        (_files, bool found) = _log.From(_position);
        if (_files.Count == 0)
            return false;
        if (!found && _position.Offset > 0)
            StartAgain();
        _blocks.StartAt(_position.Offset);
        return true;
    }

    private void StartAgain()
    {
        _gap = Replaced;
        _position = new JobEventPosition { Finished = _position.Finished };
        _ready.Clear();
        _blocks.StartAt(0);
    }

    private void Fill()
    {
        while (_ready.Count < _options.MaxBatchEvents && _files[0].Read(_buffer, _blocks.Offset) is > 0 and int read)
        {
            foreach (EventBlock block in _blocks.Take(_buffer.AsMemory(0, read)))
                _ready.Enqueue(block);
        }
    }

    private JobEventBatch Batch()
    {
        var events = new List<JobEvent>();
        long end = _position.Offset;
        while (events.Count < _options.MaxBatchEvents && _ready.TryDequeue(out EventBlock? block))
        {
            events.Add(block.ToEvent());
            end = block.End;
        }

        _position = _position with { Offset = end, Head = _files[0].Head(end), Tail = _files[0].Tail(end) };
        var batch = new JobEventBatch(events, _position) { Gap = _gap };
        _gap = null;
        return batch;
    }

    private JobEventBatch Late(List<EventBlock> blocks)
    {
        _position = _position.WithLate(blocks[^1].End);
        return new JobEventBatch([.. blocks.Select(block => block.ToEvent())], _position);
    }

    /// <summary>
    /// Everything in the first file is read: to the next one, if there is one. The process that renames a log writes no more to it; other
    /// processes may.
    /// </summary>
    private bool MoveOn()
    {
        if (_files.Count == 1 && !IsRotated())
            return false;
        Fill();
        if (_ready.Count > 0)
            return true;
        if (_blocks.Rest() is { } rest)
        {
            _ready.Enqueue(rest);
            return true;
        }

        LogFile finished = _files[0];
        _files.RemoveAt(0);
        _position = _position.Next(new FinishedLog(finished.Head(finished.Length), _blocks.Offset));
        _late?.Dispose();
        _late = new LateEvents(finished, _blocks.Offset, _options.MaxEventBytes);
        Close();
        return Open();
    }

    private bool IsRotated()
    {
        long read = _blocks.Offset;
        if (read == 0)
        {
            // An empty file cannot be identified by its beginning, and nothing was read from it.
            Close();
            return false;
        }

        using LogFile? current = _log.Current();
        return current is not null
            && !current.Has(new JobEventPosition { Offset = read, Head = _files[0].Head(read), Tail = _files[0].Tail(read) });
    }

    private void Close()
    {
        foreach (LogFile file in _files)
            file.Dispose();
        _files = [];
    }
}
