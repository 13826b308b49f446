using System.Collections.Concurrent;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>Looks at what a scheduler has.</summary>
internal sealed class SchedulerView(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, BackOff> _missing = new(StringComparer.Ordinal);

    /// <summary>Drops what is kept for an attempt that has ended.</summary>
    public void Forget(string identity) => _missing.TryRemove(identity, out _);

    /// <summary>
    /// Looks up attempts in queue and history: the queue first, because a job moves from there to the history and never back.
    /// </summary>
    /// <param name="session">The session of the account that submitted the attempts.</param>
    /// <param name="attempts">The attempts.</param>
    /// <param name="sparingly">Whether to back off between history queries for attempts that the history did not have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Dictionary<string, Sighting>> SeeAsync(
        ISchedulerSession session, IReadOnlyList<Attempt> attempts, bool sparingly, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, Sighting>(await session.LookInQueueAsync(attempts, cancellationToken), StringComparer.Ordinal);

        // For a job in the queue the pause between history queries is reset: once the job leaves the queue, the history is queried at once.
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
