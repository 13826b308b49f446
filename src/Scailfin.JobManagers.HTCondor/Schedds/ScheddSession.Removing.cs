using HTCondor.Net;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <content>Removals, with the schedd's answer for each job.</content>
internal sealed partial class ScheddSession
{
    public async Task<IReadOnlyList<StopAnswer>> RemoveAsync(IReadOnlyList<Attempt> attempts)
    {
        IReadOnlyList<JobActionResult> results;
        try
        {
            results = await _calls.ActAsync(JobAction.Remove, attempts, "Scailfin was asked to stop it");
        }
        catch (ScheddRefusalException exception)
        {
            return [.. attempts.Select(_ => new StopAnswer.Refused(exception.Message))];
        }

        // No job to remove is not an error: the attempt is not in the queue, or is leaving it already.
        JobActionResult[] refused =
            [.. results.Where(result => result.Outcome is JobActionOutcome.PermissionDenied or JobActionOutcome.Failed)];
        if (refused.Length == 0)
            return [.. attempts.Select(_ => new StopAnswer.Accepted())];
        Dictionary<string, JobKey> keys = await KeysOfAsync(attempts);
        return [.. attempts.Select(attempt => AnswerOf(attempt, keys, refused))];
    }

    private static StopAnswer AnswerOf(Attempt attempt, Dictionary<string, JobKey> keys, JobActionResult[] refused) =>
        keys.TryGetValue(attempt.Identity, out JobKey key) && refused.FirstOrDefault(result => result.Job == key) is { } refusal
            ? new StopAnswer.Refused($"The schedd did not remove job {key}: {WordsOf(refusal.Outcome)}.")
            : new StopAnswer.Accepted();

    /// <summary>Describes a refusal of the schedd in words.</summary>
    private static string WordsOf(JobActionOutcome outcome) =>
        outcome == JobActionOutcome.PermissionDenied ? "permission denied" : "it failed, and the schedd gave no reason";

    /// <summary>Finds the keys of jobs from their handles or, if a handle was lost, in the queue.</summary>
    private async Task<Dictionary<string, JobKey>> KeysOfAsync(IReadOnlyList<Attempt> attempts)
    {
        var keys = new Dictionary<string, JobKey>(StringComparer.Ordinal);
        foreach (Attempt attempt in attempts)
        {
            if (AttemptHandle.Parse(attempt.Handle) is { } key)
                keys[attempt.Identity] = key;
        }

        Attempt[] unknown = [.. attempts.Where(attempt => !keys.ContainsKey(attempt.Identity))];
        if (unknown.Length == 0)
            return keys;
        foreach ((string identity, List<HTCondorOutput> jobs) in await _calls.QueueAsync(_backend, unknown, CancellationToken.None))
            keys[identity] = jobs[0].Key;
        return keys;
    }
}
