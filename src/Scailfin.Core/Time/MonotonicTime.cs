namespace Scailfin.Core.Time;

/// <summary>
/// The clock for intervals and orders. The wall clock is for people: an administrator or NTP may set it back, and an interval measured with
/// it then lasts longer or never ends.
/// </summary>
public static class MonotonicTime
{
    /// <summary>
    /// Reads the monotonic clock. The zero is arbitrary, and another process has another one: a reading is compared with, or subtracted
    /// from, readings of the same <see cref="TimeProvider"/> only, and never stored.
    /// </summary>
    public static TimeSpan Monotonic(this TimeProvider time) => time.GetElapsedTime(0);
}
