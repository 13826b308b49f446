using System.Text;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Staging;

namespace Scailfin.JobManagers.HTCondor;

/// <content>How attempts are stopped, collected and forgotten.</content>
internal sealed partial class HTCondorJobManager
{
    /// <summary>How long an attempt that the schedd calls a success may keep its receipt back: shared file systems lag.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(30);

    public async Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // First what keeps anything from beginning, then what ends what has begun: in this order nothing slips through between.
        string? unnoted = null;
        if (Directory.Exists(attempt.Spec.WorkflowWorkspace))
        {
            try
            {
                await InWorkspaceAsync(attempt, place => Bury(attempt, place), cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                unnoted = $"The stop cannot be noted in the job's workspace: {exception.Message}";
            }
        }

        StopAnswer answer = await OfSubmitterAsync(attempt, session => session.Removals.AddAsync(attempt).WaitAsync(cancellationToken));

        // What the schedd has, it removes all the same; what is still on its way to it could begin.
        return answer is StopAnswer.Accepted && unnoted is not null && attempt.Handle is null ? new StopAnswer.Refused(unnoted) : answer;
    }

    public async Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        if (end is not HTCondorEnd told)
            return new Collected(await LogOfAsync(attempt, [], cancellationToken));
        bool isSpooled = _options.Spool && told.Job is { Status: HTCondorStates.Completed };
        Retrieved home = await _retrieval.BringAsync(
            attempt,
            () => isSpooled
                ? OfSubmitterAsync(attempt, session => session.Calls.RetrieveAsync(told.Job!.Key, cancellationToken))
                : Task.CompletedTask,
            cancellationToken);
        if (home.Record is OwnRecord.None && _options.Profile.Staging == StagingMode.Shared && MayLag(attempt, told))
            throw new IOException("The schedd reports success, and the wrapper's receipt has not appeared in the workspace yet.");
        Decision decision = Judge(told, home, await IsBuriedAsync(attempt, cancellationToken));
        return new Collected(await LogOfAsync(attempt, home.Notes, cancellationToken)) { Verdict = decision.End, Aside = decision.Aside };
    }

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await OfSubmitterAsync(attempt, session => session.Releases.AddAsync(attempt).WaitAsync(cancellationToken));
        _events.Remove(new AttemptPlace(attempt), attempt.JobId);
        if (Directory.Exists(attempt.Spec.WorkflowWorkspace))
            await InWorkspaceAsync(attempt, Remove, cancellationToken);
        _absence.Forget(attempt.Identity);
        _lagging.Forget(attempt.Identity);
        _missing.TryRemove(attempt.Identity, out _);
    }

    private bool MayLag(Attempt attempt, HTCondorEnd told) =>
        told.Word == SchedulerWord.GoodEnd && _lagging.Since(attempt.Identity) < LongestLag;

    private static Decision Judge(HTCondorEnd told, Retrieved home, bool isBuried)
    {
        HTCondorEnd said = isBuried ? HTCondorEnds.ByUs(told) : told;
        if (home.Complaint.Length > 0 && said.Class != EndClass.Cancelled)
            said = said with { Evidence = said.Evidence with { Text = $"{said.Evidence.Text} Its last words: {home.Complaint}" } };

        // Who removed it, the schedd knows, not the wrapper that was asked to end.
        Decision decision = home.Record is OwnRecord.Complete { End.Class: EndClass.Cancelled } && told.Word == SchedulerWord.Cancelled
            ? new Decision(said)
            : OrderOfEvidence.Decide(home.Record, told.Word, said, stopReachedIt: isBuried);
        return home.Problem is { } problem && decision.End.Class == EndClass.Succeeded
            ? decision with { End = HTCondorEnds.StageOutFailed(decision.End, problem) }
            : decision;
    }

    private async Task<string> LogOfAsync(Attempt attempt, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        long limit = _options.Profile.LogHead + _options.Profile.LogTail + 1024;
        string text;
        try
        {
            ReadOnlyMemory<byte> log = await ReadLogAsync(attempt, 0, (int)Math.Min(limit, int.MaxValue), cancellationToken);
            text = Encoding.UTF8.GetString(log.Span).Replace('\0', '\uFFFD');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            text = $"[scailfin] The log cannot be read: {exception.Message}\n";
        }

        return notes.Count == 0
            ? text
            : $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : "\n")}{string.Join('\n', notes)}\n";
    }

    private static async Task<bool> IsBuriedAsync(Attempt attempt, CancellationToken cancellationToken) =>
        Directory.Exists(attempt.Spec.WorkflowWorkspace)
        && await InWorkspaceAsync(attempt, place => File.Exists(place.Tombstone), cancellationToken);

    private bool Bury(Attempt attempt, AttemptPlace place)
    {
        // A submission that waits for its turn sees this before it goes. The time since which the schedd answers that it has no such job is
        // measured from here; a repeated stop must not start it again, or the end is never certain.
        if (AttemptFiles.Bury(place))
            _absence.Forget(attempt.Identity);
        return true;
    }

    private static bool Remove(AttemptPlace place)
    {
        AttemptFiles.Remove(place);
        return true;
    }

    [LoggerMessage(
        EventId = 702, Level = LogLevel.Warning, Message = "Attempt {Identity} is twice in the queue: {First} stays, {Twin} is removed")]
    private static partial void LogTwin(ILogger logger, string identity, string first, string twin);
}
