using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch;

/// <content>Where attempts stand, and what people ask about them.</content>
public abstract partial class BatchJobManager
{
    private readonly ConcurrentDictionary<string, BackOff> _missing = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        ByAccountAsync(
            attempts,
            async (session, some) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                Dictionary<string, Sighting> seen = await SeeAsync(session, some, sparingly: true, cancellationToken);
                return [.. some.Select(one => seen.GetValueOrDefault(one.Identity)?.Observation ?? Missing(one, now))];
            },
            (attempt, why) => Observation.Of(attempt, ObservedPhase.CannotLook, _time.GetUtcNow(), why));

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        OfAccountAsync(attempt, conversation => conversation.Session.ApplyAsync(attempt, remedy));

    public async Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        Dictionary<string, Sighting> seen = await SeeAsync(With(attempt).Session, [attempt], sparingly: false, cancellationToken);
        return seen.TryGetValue(attempt.Identity, out Sighting? found)
            ? found.Explain()
            : [$"{_scheduler} has it neither in its queue nor in its history."];
    }

    public async Task<string?> CheckHealthAsync(CancellationToken cancellationToken)
    {
        // Where every owner submits for himself, nobody's credentials are at hand for a question; the last conversation stands for all.
        Conversation? conversation =
            _options.User == Account.OwnerMark ? _conversations.Values.FirstOrDefault() : With(new Account(_options.User));
        try
        {
            if (conversation is not null)
                await conversation.Session.CheckAsync(cancellationToken);
            return null;
        }
        catch (JobManagerUnavailableException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What queue and history have: the queue first, for a job moves from there to the history and never back.</summary>
    /// <param name="session">Whose jobs.</param>
    /// <param name="attempts">The attempts.</param>
    /// <param name="sparingly">Whether the history is asked ever more seldom for what it did not have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<Dictionary<string, Sighting>> SeeAsync(
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

    private BackOff RestOf(Attempt attempt) => _missing.GetOrAdd(attempt.Identity, _ => new BackOff(_time));

    /// <summary>Neither queue nor history has it.</summary>
    private Observation Missing(Attempt attempt, DateTimeOffset now)
    {
        if (!Directory.Exists(attempt.Spec.WorkflowWorkspace))
            return Observation.Of(attempt, ObservedPhase.NotKnown, now);
        try
        {
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () => Missing(attempt, new AttemptPlace(attempt), now));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string why = $"{_scheduler} does not have the job, and its files in the workspace cannot be read: {exception.Message}";
            return Observation.Of(attempt, ObservedPhase.CannotLook, now, why);
        }
    }

    private Observation Missing(Attempt attempt, AttemptPlace place, DateTimeOffset now)
    {
        if (File.Exists(place.Files.Receipt))
            return Observation.Of(attempt, BatchEnds.Forgotten(_scheduler, now), now);

        // Nothing that is still on its way can run the step any more; whether something is, is certain after a while.
        bool stopped = File.Exists(place.Tombstone);
        return stopped && (!File.Exists(place.Submitting) || _absence.IsCertain(attempt.Identity))
            ? Observation.Of(attempt, BatchEnds.NeverSubmitted(now), now)
            : Observation.Of(attempt, ObservedPhase.NotKnown, now);
    }
}
