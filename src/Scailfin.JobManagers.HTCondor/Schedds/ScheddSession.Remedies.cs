using HTCondor.Net;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Verdicts;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <content>Remedies.</content>
internal sealed partial class ScheddSession
{
    public Task ApplyAsync(Attempt attempt, Remedy remedy) => remedy switch
    {
        AllowAnotherTry again => _calls.AllowAnotherTryAsync(again.Job),
        ReleaseHold held => ReleaseHoldAsync(held.Job),
        SpoolInput spool => SpoolAgainAsync(attempt, spool.Key),
        RemoveTwins twins => RemoveTwinsAsync(attempt, twins),
        _ => throw new NotSupportedException($"HTCondor has no way to {remedy.What}."),
    };

    private async Task ReleaseHoldAsync(HTCondorOutput job)
    {
        await _calls.AllowAnotherTryAsync(job);
        ThrowIfRefused(await _calls.ActAsync(JobAction.Release, job.Key, "Scailfin tries it again"), "release");
    }

    private async Task RemoveTwinsAsync(Attempt attempt, RemoveTwins remedy)
    {
        foreach (JobKey twin in remedy.Twins)
        {
            LogTwin(_logger, attempt.Identity, remedy.Kept.ToString(), twin.ToString());
            ThrowIfRefused(await _calls.ActAsync(JobAction.Remove, twin, $"Scailfin has the same attempt as job {remedy.Kept}"), "remove");
        }
    }

    private static void ThrowIfRefused(IReadOnlyList<JobActionResult> results, string action)
    {
        if (results.FirstOrDefault(result => result.Outcome is JobActionOutcome.PermissionDenied or JobActionOutcome.Failed) is { } refused)
            throw new InvalidOperationException($"The schedd did not {action} job {refused.Job}: {WordsOf(refused.Outcome)}.");
    }

    private async Task SpoolAgainAsync(Attempt attempt, JobKey key)
    {
        bool hasInput = await WorkspaceOwner.DoAsync(
            attempt.Spec.WorkflowWorkspace, () => Presence.OfFile(new AttemptPlace(attempt).Files.InputArchive), CancellationToken.None);
        await _spoolings.AgainAsync(
            SubmittedJob.Of(JobDescription.ToSubmitRequest([Describe(attempt, hasInput)], spool: true), proc: 0, key));
    }

    [LoggerMessage(
        EventId = 702, Level = LogLevel.Warning, Message = "Attempt {Identity} is twice in the queue: {First} stays, {Twin} is removed")]
    private static partial void LogTwin(ILogger logger, string identity, string first, string twin);
}
