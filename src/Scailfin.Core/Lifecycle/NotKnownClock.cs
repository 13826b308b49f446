namespace Scailfin.Core.Lifecycle;

/// <summary>Measures how long a backend has answered that it does not know an attempt; time without an answer does not count.</summary>
internal sealed class NotKnownClock
{
    private TimeSpan _total;
    private TimeSpan? _last;

    /// <summary>Takes an answer "not known".</summary>
    /// <param name="at">The time of the answer, by the monotonic clock.</param>
    /// <returns>For how long the backend has answered so.</returns>
    public TimeSpan Tick(TimeSpan at)
    {
        if (_last is { } last && at > last)
            _total += at - last;
        _last = at;
        return _total;
    }

    /// <summary>Pauses the clock: the backend could not be asked.</summary>
    public void Pause() => _last = null;

    /// <summary>Sets the clock to zero: the backend knows the attempt.</summary>
    public void Reset()
    {
        _total = TimeSpan.Zero;
        _last = null;
    }
}
