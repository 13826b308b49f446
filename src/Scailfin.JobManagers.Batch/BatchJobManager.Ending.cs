using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch;

/// <content>How attempts are stopped, collected and forgotten.</content>
public abstract partial class BatchJobManager
{
    /// <summary>How long an attempt that is called a success may keep its receipt back: shared file systems lag.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(30);

    public async Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // Write the tombstone before removing: a submission in progress either sees the tombstone or is removed.
        string? unnoted = null;
        try
        {
            if (Presence.OfDirectory(attempt.Spec.WorkflowWorkspace))
                await AttemptFiles.InWorkspaceAsync(attempt, place => Bury(attempt, place), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            unnoted = $"The stop cannot be noted in the job's workspace: {exception.Message}";
        }

        StopAnswer answer = await _conversations.AskAsync(attempt, one => one.Removals.AddAsync(attempt).WaitAsync(cancellationToken));

        // Without a tombstone, a queued submission could still begin: the stop is refused, so that the caller sends it again.
        return answer is StopAnswer.Accepted && unnoted is not null && attempt.Handle is null ? new StopAnswer.Refused(unnoted) : answer;
    }

    public async Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        if (end is not BatchEnd told)
            return new Collected(await LogOfAsync(attempt, [], cancellationToken));
        Retrieved home = await _retrieval.BringAsync(
            attempt,
            () => _conversations.AskAsync(attempt, one => one.Session.RetrieveAsync(attempt, told, cancellationToken)),
            cancellationToken);
        if (home.Record is OwnRecord.None && MayLag(attempt, told))
            throw new IOException($"{_scheduler} reports success, and the wrapper's receipt has not appeared in the workspace yet.");
        Decision decision = Judge(told, home, await IsBuriedAsync(attempt, cancellationToken));
        return new Collected(await LogOfAsync(attempt, home.Notes, cancellationToken)) { Verdict = decision.End, Aside = decision.Aside };
    }

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await _conversations.AskAsync(attempt, one => one.Releases.AddAsync(attempt).WaitAsync(cancellationToken));
        if (Presence.OfDirectory(attempt.Spec.WorkflowWorkspace))
        {
            await AttemptFiles.InWorkspaceAsync(
                attempt,
                place =>
                {
                    AttemptFiles.Remove(place);
                    return true;
                },
                cancellationToken);
        }

        _absence.Forget(attempt.Identity);
        _lagging.Forget(attempt.Identity);
        _logless.Forget(attempt.Identity);
        _view.Forget(attempt.Identity);
    }

    /// <summary>Reads the wrapper's log if it has arrived, else the scheduler's copy of the stream: both hold the same bytes.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken)
    {
        if (!Presence.OfDirectory(attempt.Spec.WorkflowWorkspace))
            return ReadOnlyMemory<byte>.Empty;
        return await AttemptFiles.InWorkspaceAsync(attempt, place => MainStream.Read(StreamOf(place), offset, limit), cancellationToken);
    }

    private static string StreamOf(AttemptPlace place) => Presence.OfRegularFile(place.Files.Output) ? place.Files.Output : place.Stream;

    private bool MayLag(Attempt attempt, BatchEnd told) => _options.Profile.Staging == StagingMode.Shared
        && told.Word == SchedulerWord.GoodEnd && _lagging.Since(attempt.Identity) < LongestLag;

    private static Decision Judge(BatchEnd told, Retrieved home, bool isBuried)
    {
        AttemptEnd said = isBuried ? BatchEnds.ByUs(told) : told;
        if (home.Complaint.Length > 0 && said.Class != EndClass.Cancelled)
            said = said with { Evidence = said.Evidence with { Text = $"{said.Evidence.Text} Its last output: {home.Complaint}" } };

        // The scheduler knows who removed the job; the wrapper knows only that it received a signal.
        Decision decision = home.Record is OwnRecord.Complete { End.Class: EndClass.Cancelled } && told.Word == SchedulerWord.Cancelled
            ? new Decision(said)
            : OrderOfEvidence.Decide(home.Record, told.Word, said, stopReachedIt: isBuried);
        if (home.Record is OwnRecord.None && decision.End.Evidence is { ExitCode: WrapperExitCodes.StageOut, FailedPhase: null })
            return decision with { End = BatchEnds.WithPhase(decision.End, Evidence.StageOutPhase) };
        return home.Problem is { } problem && decision.End.Class == EndClass.Succeeded
            ? decision with { End = BatchEnds.StageOutFailed(decision.End, problem) }
            : decision;
    }

    private async Task<string> LogOfAsync(Attempt attempt, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        long limit = _options.Profile.LogHead + _options.Profile.LogTail + 1024;
        string text;
        try
        {
            text = Presence.OfDirectory(attempt.Spec.WorkflowWorkspace)
                ? await AttemptFiles.InWorkspaceAsync(attempt, place => MainStream.ReadAll(StreamOf(place), limit), cancellationToken)
                : "";
        }
        catch (Exception exception) when ((exception is IOException or UnauthorizedAccessException)
            && _logless.Since(attempt.Identity) >= _options.CollectBound / 2)
        {
            // Collecting was tried again; a log that stays unreadable must not cost the verdict.
            text = $"[scailfin] The log cannot be read: {exception.Message}\n";
        }

        return notes.Count == 0
            ? text
            : $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : "\n")}{string.Join('\n', notes)}\n";
    }

    private static async Task<bool> IsBuriedAsync(Attempt attempt, CancellationToken cancellationToken) =>
        Presence.OfDirectory(attempt.Spec.WorkflowWorkspace)
        && await AttemptFiles.InWorkspaceAsync(attempt, place => Presence.OfFile(place.Tombstone), cancellationToken);

    private bool Bury(Attempt attempt, AttemptPlace place)
    {
        // A queued submission checks for the tombstone before it is sent. The timeout for "the scheduler has no such job" starts here; a
        // repeated stop must not restart it, because then the absence would never become certain.
        if (AttemptFiles.Bury(place))
            _absence.Forget(attempt.Identity);
        return true;
    }
}
