namespace Scailfin.Core.Time;

/// <summary>
/// Growing pauses between tries: doubled from the shortest to the longest, forgotten on success. The one backoff of the service.
/// </summary>
public sealed class BackOff(TimeProvider time, TimeSpan shortest, TimeSpan longest)
{
    private static readonly TimeSpan MostGranted = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private TimeSpan _until = TimeSpan.MinValue;

    /// <summary>Makes a backoff from 1 s to 30 s.</summary>
    public BackOff(TimeProvider time)
        : this(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30))
    {
    }

    /// <summary>Whether the pause has passed.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return time.Monotonic() >= _until;
        }
    }

    /// <summary>Begins the next pause.</summary>
    /// <param name="atLeast">The pause that the other side asks for, as by <c>Retry-After</c>; at most five minutes are granted.</param>
    public void Begin(TimeSpan atLeast = default)
    {
        lock (_lock)
        {
            _pause = _pause == TimeSpan.Zero ? shortest : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, longest.Ticks));
            TimeSpan asked = atLeast > MostGranted ? MostGranted : atLeast;
            _until = time.Monotonic() + (asked > _pause ? asked : _pause);
        }
    }

    /// <summary>Completes when the pause has passed.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (_lock)
            left = _until == TimeSpan.MinValue ? TimeSpan.Zero : _until - time.Monotonic();
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Forgets the pauses: it worked.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _pause = TimeSpan.Zero;
            _until = TimeSpan.MinValue;
        }
    }
}
