namespace Scailfin.Core.Lifecycle;

/// <summary>Growing pauses between tries: doubled from the shortest to the longest, forgotten on success.</summary>
internal sealed class BackOff(TimeProvider time, TimeSpan shortest, TimeSpan longest)
{
    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>From 1 s to 30 s.</summary>
    public BackOff(TimeProvider time)
        : this(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30))
    {
    }

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
            _pause = _pause == TimeSpan.Zero ? shortest : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, longest.Ticks));
            _until = time.GetUtcNow() + _pause;
        }
    }

    /// <summary>Completes when the pause is over.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (_lock)
            left = _until - time.GetUtcNow();
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
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
