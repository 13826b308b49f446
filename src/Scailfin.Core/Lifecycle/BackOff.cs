namespace Scailfin.Core.Lifecycle;

/// <summary>Growing pauses between tries: doubled from 1 s to 30 s, forgotten on success.</summary>
internal sealed class BackOff(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>Whether the pause is over.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return time.GetUtcNow() >= _until;
        }
    }

    /// <summary>Begins the next pause.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _pause = _pause == TimeSpan.Zero ? Shortest : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, Longest.Ticks));
            _until = time.GetUtcNow() + _pause;
        }
    }

    /// <summary>It worked.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _pause = TimeSpan.Zero;
            _until = DateTimeOffset.MinValue;
        }
    }
}
