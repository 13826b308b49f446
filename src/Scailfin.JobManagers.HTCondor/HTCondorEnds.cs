using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>
/// An end that the schedd tells of. Provisional: the receipt decides, and it is read once the attempt has been brought home.
/// </summary>
internal sealed record HTCondorEnd : AttemptEnd
{
    /// <summary>The job as it was seen last; null where neither queue nor history has it.</summary>
    public HTCondorOutput? Job { get; init; }

    /// <summary>The kind of end, for the order of evidence.</summary>
    public SchedulerWord Word { get; init; }
}

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
    /// The job left the queue by removal: by us, by a person, or by the schedd itself, where the spooling of its input broke off and it
    /// never began.
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

    /// <summary>The job was held, and stays so.</summary>
    /// <param name="job">The job.</param>
    /// <param name="hold">What the hold means.</param>
    /// <param name="text">For a person.</param>
    /// <param name="now">When it was seen.</param>
    public static HTCondorEnd Held(HTCondorOutput job, Hold hold, string text, DateTimeOffset now)
    {
        HTCondorEnd end = FromBackend(hold.Class, HTCondorStates.WordOf(job.HoldCode, job.HoldSubcode), text, job, now);

        // These holds come before the program is started.
        return hold.Outcome is HoldOutcome.Release or HoldOutcome.Unfinished ? end with { StepMayHaveRun = job.Starts > 0 } : end;
    }

    /// <summary>Neither queue nor history has the job, and its receipt is here.</summary>
    public static HTCondorEnd Forgotten(DateTimeOffset now) => new()
    {
        Class = EndClass.Infrastructure,
        StepMayHaveRun = true,
        IsProvisional = true,
        Word = SchedulerWord.Silent,
        Evidence = new Evidence
        {
            Source = EvidenceSource.Backend,
            Text = "HTCondor has the job neither in its queue nor in its history.",
            ObservedAt = now,
        },
    };

    /// <summary>A stop came before any schedd heard of the attempt.</summary>
    public static AttemptEnd NeverSubmitted(DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = false,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = "The job was stopped before it began.", ObservedAt = now },
    };

    /// <summary>The same end for an attempt that our stop ended.</summary>
    public static HTCondorEnd ByUs(HTCondorEnd end) =>
        end with { Class = EndClass.Cancelled, Evidence = end.Evidence with { Text = "The job was stopped." } };

    /// <summary>Outputs came home only in part, or not at all.</summary>
    public static AttemptEnd StageOutFailed(AttemptEnd end, string problem) => end with
    {
        Class = EndClass.Infrastructure,
        Evidence = end.Evidence with
        {
            FailedPhase = Evidence.StageOutPhase,
            Text = $"{end.Evidence.Text} But its outputs did not come home: {problem}.",
        },
    };

    private static HTCondorEnd FromBackend(EndClass kind, SchedulerWord word, string text, HTCondorOutput job, DateTimeOffset now) => new()
    {
        Class = kind,
        Job = job,
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
