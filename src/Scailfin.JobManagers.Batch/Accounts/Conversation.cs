using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>
/// Keeps one account's calls few: submissions, removals and releases that come together go together, no faster than the option
/// <c>submits_per_second</c> allows. Marks each submission before it begins, so that one whose answer is lost is looked for first.
/// </summary>
internal sealed class Conversation
{
    private const int Largest = 1000;

    private readonly string _scheduler;
    private readonly FaultPoints _faults;

    /// <param name="session">The session that makes the calls.</param>
    /// <param name="scheduler">The scheduler's name, for messages.</param>
    /// <param name="pause">The pause between two calls of one kind.</param>
    /// <param name="time">The clocks.</param>
    /// <param name="faults">The points at which tests kill the service.</param>
    public Conversation(ISchedulerSession session, string scheduler, TimeSpan pause, TimeProvider time, FaultPoints faults)
    {
        Session = session;
        _scheduler = scheduler;
        _faults = faults;
        Submissions = new(SubmitAsync, Largest, pause, time);
        Removals = new(session.RemoveAsync, Largest, pause, time);
        Releases = new(ForgetAsync, Largest, pause, time);
    }

    public ISchedulerSession Session { get; }

    public Gathering<ReadyAttempt, Submission> Submissions { get; }

    public Gathering<Attempt, StopAnswer> Removals { get; }

    public Gathering<Attempt, bool> Releases { get; }

    private async Task<IReadOnlyList<bool>> ForgetAsync(IReadOnlyList<Attempt> attempts)
    {
        await Session.ForgetAsync(attempts);
        return [.. attempts.Select(_ => true)];
    }

    private async Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<ReadyAttempt> batch)
    {
        Submission?[] outcomes = [.. batch.Select(ready => Begin(ready.Attempt))];
        int[] begun = [.. Enumerable.Range(0, batch.Count).Where(at => outcomes[at] is null)];
        if (begun.Length == 0)
            return outcomes!;
        _faults.Reach(FaultPoints.SubmissionBegun);
        try
        {
            foreach ((int at, Submission outcome) in begun.Zip(await Session.SubmitAsync([.. begun.Select(at => batch[at])])))
                outcomes[at] = outcome;
        }
        catch (JobManagerUnavailableException)
        {
            Array.ForEach(begun, at => Unmark(batch[at].Attempt));
            throw;
        }

        foreach (int at in begun.Where(at => outcomes[at] is Submission.Rejected or Submission.Deferred))
            Unmark(batch[at].Attempt);
        return outcomes!;
    }

    /// <summary>Writes the marker file of a submission; returns an outcome if the job was stopped or the file cannot be written.</summary>
    private Submission? Begin(Attempt attempt)
    {
        try
        {
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
            {
                // A stop may have been requested while the submission waited for its turn.
                var place = new AttemptPlace(attempt);
                if (Presence.OfFile(place.Tombstone))
                    return AttemptFiles.StoppedBefore(_scheduler);
                File.WriteAllText(place.Submitting, "");
                return null;
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Submission.Deferred(AttemptFiles.CannotWrite(attempt, exception), DeferralScope.Attempt);
        }
    }

    /// <summary>Deletes the marker file. If it cannot be deleted, one more lookup is made for the submission, and nothing else.</summary>
    private static void Unmark(Attempt attempt)
    {
        try
        {
            WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
            {
                File.Delete(new AttemptPlace(attempt).Submitting);
                return true;
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Either the workspace was deleted with the marker file, or it is read-only: then the file stays, and one more lookup is made.
        }
    }
}
