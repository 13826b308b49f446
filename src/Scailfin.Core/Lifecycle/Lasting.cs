using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>Measures for how long a trouble has lasted without a break.</summary>
internal sealed class Lasting(TimeProvider time)
{
    private TimeSpan? _since;

    /// <summary>The trouble is there now.</summary>
    /// <returns>For how long it has been.</returns>
    public TimeSpan Tick()
    {
        TimeSpan now = time.Monotonic();
        _since ??= now;
        return now - _since.Value;
    }

    /// <summary>The trouble is over.</summary>
    public void Reset() => _since = null;
}
