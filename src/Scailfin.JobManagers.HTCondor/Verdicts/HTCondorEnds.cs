using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Verdicts;

/// <summary>An end that the schedd reports, with the job as last seen.</summary>
internal sealed record HTCondorEnd(HTCondorOutput Job) : BatchEnd;

/// <summary>The ends of an attempt in the schedd's words.</summary>
internal static class HTCondorEnds
{
    /// <summary>The job completed.</summary>
    public static HTCondorEnd Completed(HTCondorOutput job, DateTimeOffset now)
    {
        string how = job.Signal is { } signal
            ? $"was killed by signal {signal}"
            : $"ended with exit code {job.ExitCode?.ToString() ?? "unknown"}";
        string where = job.Host.Length == 0 ? "" : $" on {job.Host}";
        SchedulerWord word = job.ExitCode == 0 ? SchedulerWord.GoodEnd : SchedulerWord.BadEnd;
        return FromBackend(EndClass.Infrastructure, word, $"The job's wrapper {how}{where} and left no receipt.", job, now) with
        {
            StartedAt = job.StartedAt,
        };
    }

    /// <summary>
    /// The end of a job that was removed: by this service, by a person, or by the schedd itself, if the spooling of the job's input was
    /// interrupted and the job never began.
    /// </summary>
    public static HTCondorEnd Removed(HTCondorOutput job, DateTimeOffset now)
    {
        if (job.RemoveReason.StartsWith(HTCondorStates.SpoolingBrokeOff, StringComparison.Ordinal))
        {
            return FromBackend(
                EndClass.Infrastructure,
                SchedulerWord.BadEnd,
                "The submission broke off while the job's input was on its way; HTCondor gave it up before the step began.",
                job,
                now);
        }

        string why = job.RemoveReason.Length == 0 ? "" : $" HTCondor says: {job.RemoveReason}";
        return FromBackend(
            EndClass.Cancelled, SchedulerWord.Cancelled, $"The job was removed from HTCondor's queue, not by this service.{why}", job, now);
    }

    /// <summary>The job was started, lost its machine, and may not be started again.</summary>
    public static HTCondorEnd Evicted(HTCondorOutput job, DateTimeOffset now)
    {
        string why = job.VacateReason.Length == 0 ? "" : $" HTCondor says: {job.VacateReason}";
        string where = job.Host.Length == 0 ? "its machine" : job.Host;
        return FromBackend(
            EndClass.Infrastructure,
            SchedulerWord.Preempted,
            $"The job was started once and evicted from {where} before it ended; a started step is not started again.{why}",
            job,
            now);
    }

    /// <summary>The end of a job that stays on hold.</summary>
    /// <param name="job">The job.</param>
    /// <param name="hold">What the hold means.</param>
    /// <param name="text">The sentence for the user.</param>
    /// <param name="now">The time at which the hold was seen.</param>
    public static HTCondorEnd Held(HTCondorOutput job, Hold hold, string text, DateTimeOffset now)
    {
        HTCondorEnd end = FromBackend(hold.Class, HTCondorStates.WordOf(job.HoldCode, job.HoldSubcode), text, job, now);
        end = end with { Evidence = end.Evidence with { FailedPhase = hold.Phase } };

        // Most of these holds happen before the step starts; the job's count of starts decides.
        return hold.Outcome is HoldOutcome.Release or HoldOutcome.Unfinished ? end with { StepMayHaveRun = job.Starts > 0 } : end;
    }

    private static HTCondorEnd FromBackend(
        EndClass kind, SchedulerWord word, string text, HTCondorOutput job, DateTimeOffset now) => new(job)
        {
            Class = kind,
            Word = word,
            IsProvisional = true,
            StepMayHaveRun = job.Starts > 0 || job.Tries > 0,
            EndedAt = job.EndedAt ?? job.StatusSince,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Backend,
                Text = text,
                ExitCode = job.ExitCode is >= 0 and <= 255 ? job.ExitCode : null,
                ObservedAt = now,
            },
        };
}
