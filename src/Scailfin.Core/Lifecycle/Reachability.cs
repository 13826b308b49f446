using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>Whether a backend answers, since when it does not, and when it may be asked again.</summary>
internal sealed class Reachability(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly BackOff _backOff = new(time);
    private TimeSpan? _awaySince;
    private string _reason = "";
    private TimeSpan _lastGoodPass = time.Monotonic();

    /// <summary>For how long the backend has been unreachable, why, and whether the backoff has passed; null while it answers.</summary>
    public (TimeSpan For, string Reason, bool MayAsk)? Away
    {
        get
        {
            lock (_lock)
                return _awaySince is { } since ? (time.Monotonic() - since, _reason, _backOff.IsOver) : null;
        }
    }

    /// <summary>How long ago a pass over the backend's jobs went through to its end.</summary>
    public TimeSpan SinceGoodPass
    {
        get
        {
            lock (_lock)
                return time.Monotonic() - _lastGoodPass;
        }
    }

    /// <summary>A pass over the backend's jobs went through to its end.</summary>
    public void Passed()
    {
        lock (_lock)
            _lastGoodPass = time.Monotonic();
    }

    /// <summary>The backend answered.</summary>
    public void Reached()
    {
        lock (_lock)
        {
            _awaySince = null;
            _backOff.Reset();
        }
    }

    /// <summary>Records that the backend could not be reached: it is not called until the backoff has passed.</summary>
    public void Lost(string reason)
    {
        lock (_lock)
        {
            _awaySince ??= time.Monotonic();
            _reason = reason;
            _backOff.Begin();
        }
    }
}
