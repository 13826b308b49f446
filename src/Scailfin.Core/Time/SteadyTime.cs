namespace Scailfin.Core.Time;

/// <summary>
/// A clock for moments that are compared with each other: the wall clock's time when this was made, and what has passed since by the
/// monotonic clock. No step of the wall clock changes the time between two of its moments. It is not for comparing with another system's.
/// </summary>
/// <param name="time">The clocks.</param>
public sealed class SteadyTime(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _begun = time.GetUtcNow();
    private readonly long _begunAt = time.GetTimestamp();

    /// <summary>The time between two moments of one such clock; null if there is no first one.</summary>
    public static TimeSpan? Between(DateTimeOffset? from, DateTimeOffset to) =>
        from is { } begin ? TimeSpan.FromTicks(to.UtcTicks - begin.UtcTicks) : null;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _begun + time.GetElapsedTime(_begunAt);

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
