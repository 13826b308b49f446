using System.Collections.Concurrent;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>
/// Decides when an attempt that queue and history do not have can no longer arrive: whatever carried its submission, in this process or in
/// one before it, ends within its deadline and dies with its pipes.
/// </summary>
internal sealed class CertainAbsence(TimeSpan deadline, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _firstMissed = new(StringComparer.Ordinal);

    /// <summary>How long an attempt must be missing.</summary>
    public TimeSpan Bound => deadline + Settling;

    /// <summary>It was not there now. Whether it is certain that it will not come.</summary>
    public bool IsCertain(string identity)
    {
        DateTimeOffset now = time.GetUtcNow();
        return now - _firstMissed.GetOrAdd(identity, now) >= Bound;
    }

    /// <summary>It is there, or everything begins anew.</summary>
    public void Forget(string identity) => _firstMissed.TryRemove(identity, out _);
}
