using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>What the ends of an attempt mean where no receipt says so.</summary>
internal static class HTCondorEnds
{
    /// <summary>It completed and left no receipt.</summary>
    public static AttemptEnd NoReceipt(HTCondorOutput job, string complaint, DateTimeOffset now)
    {
        string how =
            job.Signal is { } signal ? $"was killed by signal {signal}" : $"ended with exit code {job.ExitCode?.ToString() ?? "unknown"}";
        string where = job.Host.Length == 0 ? "" : $" on {job.Host}";
        string words = complaint.Length == 0 ? "" : $" Its last words: {complaint}";
        return FromBackend(EndClass.Infrastructure, $"The job's wrapper {how}{where} and left no receipt.{words}", job, now) with
        {
            StartedAt = job.StartedAt,
        };
    }

    /// <summary>
    /// It left the queue by removal: ours, a person's, or the schedd's own, where the spooling of its input broke off and it never began.
    /// </summary>
    public static AttemptEnd Removed(HTCondorOutput job, bool byUs, DateTimeOffset now)
    {
        if (!byUs && job.RemoveReason.StartsWith(HTCondorStates.SpoolingBrokeOff, StringComparison.Ordinal))
            return FromBackend(
                EndClass.Infrastructure,
                "The submission broke off while the job's input was on its way; HTCondor gave it up before the step began.",
                job,
                now);
        string why = job.RemoveReason.Length == 0 ? "" : $" HTCondor says: {job.RemoveReason}";
        string text = byUs ? "The job was stopped." : $"The job was removed from HTCondor's queue, not by this service.{why}";
        return FromBackend(EndClass.Cancelled, text, job, now);
    }

    /// <summary>It was started, lost its machine, and may not be started again.</summary>
    public static AttemptEnd Evicted(HTCondorOutput job, DateTimeOffset now)
    {
        string why = job.VacateReason.Length == 0 ? "" : $" HTCondor says: {job.VacateReason}";
        string where = job.Host.Length == 0 ? "its machine" : job.Host;
        return FromBackend(
            EndClass.Infrastructure,
            $"The job was started once and evicted from {where} before it ended; a started step is not started again.{why}",
            job,
            now);
    }

    /// <summary>It was held, and stays so.</summary>
    /// <param name="job">The job.</param>
    /// <param name="hold">What the hold means.</param>
    /// <param name="text">For a person.</param>
    /// <param name="now">When it was seen.</param>
    public static AttemptEnd Held(HTCondorOutput job, Hold hold, string text, DateTimeOffset now)
    {
        AttemptEnd end = FromBackend(hold.Class, text, job, now);

        // These holds come before the program is started.
        return hold.Outcome is HoldOutcome.Release or HoldOutcome.Unfinished ? end with { StepMayHaveRun = job.Starts > 0 } : end;
    }

    /// <summary>A stop came before any schedd heard of it.</summary>
    public static AttemptEnd NeverSubmitted(DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = false,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = "The job was stopped before it began.", ObservedAt = now },
    };

    /// <summary>Outputs came home only in part, or not at all.</summary>
    public static AttemptEnd StageOutFailed(AttemptEnd end, string problem) => end with
    {
        Class = EndClass.Infrastructure,
        Evidence =
            end.Evidence with { FailedPhase = "stage_out", Text = $"{end.Evidence.Text} But its outputs did not come home: {problem}." },
    };

    private static AttemptEnd FromBackend(EndClass kind, string text, HTCondorOutput job, DateTimeOffset now) => new()
    {
        Class = kind,
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
