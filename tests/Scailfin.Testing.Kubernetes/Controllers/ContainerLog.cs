namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>What a container wrote. What has no newline yet is not served until the container ends, as the kubelet does it.</summary>
public sealed class ContainerLog
{
    private readonly Lock _gate = new();
    private readonly List<LogLine> _lines = [];
    private readonly MemoryStream _partial = new();
    private TaskCompletionSource _more = NewSignal();
    private bool _isOver;

    /// <summary>The line with which the newest file begins: what came before is served only to those who follow since then.</summary>
    internal int Newest { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _lines.Count;
        }
    }

    internal void Write(ReadOnlySpan<byte> bytes, DateTimeOffset now)
    {
        lock (_gate)
        {
            while (bytes.IndexOf((byte)'\n') is var end and >= 0)
            {
                _partial.Write(bytes[..(end + 1)]);
                _lines.Add(new LogLine(now, _partial.ToArray()));
                _partial.SetLength(0);
                bytes = bytes[(end + 1)..];
            }
            _partial.Write(bytes);
            Signal();
        }
    }

    /// <summary>The kubelet begins a new file, as it does at containerLogMaxSize.</summary>
    internal void Rotate()
    {
        lock (_gate)
            Newest = _lines.Count;
    }

    /// <summary>The container has ended: followers see the end of the log.</summary>
    internal void End(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_partial.Length > 0)
                _lines.Add(new LogLine(now, _partial.ToArray()));
            _partial.SetLength(0);
            _isOver = true;
            Signal();
        }
    }

    internal (LogLine[] Lines, bool IsOver, Task More) ReadFrom(int index)
    {
        lock (_gate)
            return ([.. _lines.Skip(index)], _isOver, _more.Task);
    }

    private void Signal()
    {
        TaskCompletionSource old = _more;
        _more = NewSignal();
        old.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
