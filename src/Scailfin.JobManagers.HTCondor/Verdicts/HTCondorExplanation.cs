using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Verdicts;

/// <summary>Explains a job's state for a person.</summary>
internal static class HTCondorExplanation
{
    /// <summary>Sentences, most important first.</summary>
    public static IReadOnlyList<string> Of(HTCondorOutput job)
    {
        string where = job.Host.Length == 0 ? "" : $" on {job.Host}";
        return job.Status switch
        {
            HTCondorStates.Idle when job.Starts == 0 && job.RejectReason.Length > 0 =>
            [
                $"It waits as job {job.Key}: no machine takes it ({job.RejectReason}).",
                $"For more, run: condor_q -better-analyze {job.Key}",
            ],
            HTCondorStates.Idle => [$"It waits as job {job.Key} for the pool's next round of matches."],
            HTCondorStates.Held =>
            [
                $"It is held as job {job.Key}: {HTCondorStates.OfHold(job.HoldCode, job.HoldSubcode).Means}.",
                $"HTCondor says: {job.HoldReason} (code {job.HoldCode})",
            ],
            HTCondorStates.Running when job.Disconnected.Length > 0 =>
                [$"It runs as job {job.Key}, as far as HTCondor knows.", job.Disconnected],
            HTCondorStates.Running => [$"It runs as job {job.Key}{where}."],
            HTCondorStates.Suspended => [$"It is suspended as job {job.Key}{where}: the machine's own rules do that."],
            HTCondorStates.TransferringOutput => [$"Job {job.Key} has ended{where}; its output files are on their way."],
            HTCondorStates.Completed => [$"Job {job.Key} has completed{where}."],
            HTCondorStates.Removed => [$"Job {job.Key} was removed: {job.RemoveReason}"],
            _ => [],
        };
    }
}
