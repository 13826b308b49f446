namespace Scailfin.Core.Time;

/// <summary>
/// The one place where wall clock times are subtracted: times that another system's clock gave, or durations that are only shown to people.
/// All intervals that decide something in this service are measured with <see cref="MonotonicTime"/>.
/// </summary>
public static class WallClock
{
    /// <summary>Returns the time from one moment to a later one; zero if the clock was set back between them.</summary>
    public static TimeSpan Between(DateTimeOffset earlier, DateTimeOffset later)
    {
        long ticks = later.UtcTicks - earlier.UtcTicks;
        return ticks > 0 ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
    }
}
