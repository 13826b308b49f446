using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>Measures for how long a problem has lasted without a break.</summary>
internal sealed class Lasting(TimeProvider time)
{
    private TimeSpan? _since;

    /// <summary>Records that the problem exists now.</summary>
    /// <returns>For how long the problem has existed.</returns>
    public TimeSpan Tick()
    {
        TimeSpan now = time.Monotonic();
        _since ??= now;
        return now - _since.Value;
    }

    /// <summary>Records that the problem has ended.</summary>
    public void Reset() => _since = null;
}
