using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch;

/// <content>Observes attempts, and explains their state to users.</content>
public abstract partial class BatchJobManager
{
    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        _conversations.AskEachAsync(
            attempts,
            async (session, some) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                Dictionary<string, Sighting> seen = await _view.SeeAsync(session, some, sparingly: true, cancellationToken);
                return [.. some.Select(one => seen.GetValueOrDefault(one.Identity)?.Observation ?? Missing(one, now))];
            },
            (attempt, why) => Observation.Of(attempt, ObservedPhase.CannotLook, _time.GetUtcNow(), why));

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        _conversations.AskAsync(attempt, conversation => conversation.Session.ApplyAsync(attempt, remedy));

    public async Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        ISchedulerSession session = _conversations.With(attempt).Session;
        Dictionary<string, Sighting> seen = await _view.SeeAsync(session, [attempt], sparingly: false, cancellationToken);
        return seen.TryGetValue(attempt.Identity, out Sighting? found)
            ? found.Explain()
            : [$"{_scheduler} has it neither in its queue nor in its history."];
    }

    public async Task<string?> CheckHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_conversations.Any is { } conversation)
                await conversation.Session.CheckAsync(cancellationToken);
            return null;
        }
        catch (JobManagerUnavailableException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Neither queue nor history has it.</summary>
    private Observation Missing(Attempt attempt, DateTimeOffset now)
    {
        try
        {
            if (!Presence.OfDirectory(attempt.Spec.WorkflowWorkspace))
                return Observation.Of(attempt, ObservedPhase.NotKnown, now);
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
        if (Presence.OfFile(place.Files.Receipt))
            return Observation.Of(attempt, BatchEnds.Forgotten(_scheduler, now), now);

        // A late submission stops at the tombstone. The end is reported once no submission can be in progress.
        bool stopped = Presence.OfFile(place.Tombstone);
        return stopped && (!Presence.OfFile(place.Submitting) || _absence.IsCertain(attempt.Identity))
            ? Observation.Of(attempt, BatchEnds.NeverSubmitted(now), now)
            : Observation.Of(attempt, ObservedPhase.NotKnown, now);
    }
}
