using System.Collections.Concurrent;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>Looks at what a scheduler has.</summary>
internal sealed class SchedulerView(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, BackOff> _missing = new(StringComparer.Ordinal);

    /// <summary>The attempt is over.</summary>
    public void Forget(string identity) => _missing.TryRemove(identity, out _);

    /// <summary>
    /// Looks up attempts in queue and history: the queue first, because a job moves from there to the history and never back.
    /// </summary>
    /// <param name="session">Whose jobs.</param>
    /// <param name="attempts">The attempts.</param>
    /// <param name="sparingly">Whether the history is asked ever more seldom for what it did not have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Dictionary<string, Sighting>> SeeAsync(
        ISchedulerSession session, IReadOnlyList<Attempt> attempts, bool sparingly, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, Sighting>(await session.LookInQueueAsync(attempts, cancellationToken), StringComparer.Ordinal);

        // Once it leaves the queue, the history is asked at once.
        foreach (string identity in seen.Keys)
            _missing.TryRemove(identity, out _);
        Attempt[] missing = [.. attempts.Where(attempt => !seen.ContainsKey(attempt.Identity) && (!sparingly || RestOf(attempt).IsOver))];
        if (missing.Length == 0)
            return seen;
        foreach ((string identity, Sighting sighting) in await session.LookInHistoryAsync(missing, cancellationToken))
            seen[identity] = sighting;
        foreach (Attempt attempt in missing.Where(attempt => !seen.ContainsKey(attempt.Identity)))
            RestOf(attempt).Begin();
        return seen;
    }

    private BackOff RestOf(Attempt attempt) => _missing.GetOrAdd(attempt.Identity, _ => new BackOff(time));
}
