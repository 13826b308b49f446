using System.Collections.Concurrent;
using Scailfin.Core.Time;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Measures since when something has been so with an attempt, by the monotonic clock of this process.</summary>
public sealed class FirstSeen(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TimeSpan> _first = new(StringComparer.Ordinal);

    /// <summary>Records that the condition holds now.</summary>
    /// <returns>For how long it has been.</returns>
    public TimeSpan Since(string identity)
    {
        TimeSpan now = time.Monotonic();
        return now - _first.GetOrAdd(identity, now);
    }

    /// <summary>Records that the condition has ended.</summary>
    public void Forget(string identity) => _first.TryRemove(identity, out _);
}
