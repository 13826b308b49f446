namespace Scailfin.Core.Lifecycle;

/// <summary>Measures how long a backend has answered that it does not know an attempt; time without an answer does not count.</summary>
internal sealed class NotKnownClock
{
    private TimeSpan _total;
    private DateTimeOffset? _last;

    /// <summary>It answered "not known" at that time.</summary>
    /// <returns>For how long it has done so.</returns>
    public TimeSpan Tick(DateTimeOffset at)
    {
        if (_last is { } last && at > last)
            _total += at - last;
        _last = at;
        return _total;
    }

    /// <summary>It could not be asked.</summary>
    public void Pause() => _last = null;

    /// <summary>It knows the attempt.</summary>
    public void Reset()
    {
        _total = TimeSpan.Zero;
        _last = null;
    }
}
