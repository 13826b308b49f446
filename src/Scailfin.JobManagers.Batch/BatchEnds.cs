using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;

namespace Scailfin.JobManagers.Batch;

/// <summary>Ends of an attempt for which no scheduler has a word.</summary>
internal static class BatchEnds
{
    /// <summary>Neither queue nor history has the job, and its receipt is here.</summary>
    public static BatchEnd Forgotten(string scheduler, DateTimeOffset now) => new()
    {
        Class = EndClass.Infrastructure,
        StepMayHaveRun = true,
        IsProvisional = true,
        Word = SchedulerWord.Silent,
        Evidence = new Evidence
        {
            Source = EvidenceSource.Backend,
            Text = $"{scheduler} has the job neither in its queue nor in its history.",
            ObservedAt = now,
        },
    };

    /// <summary>A stop came before any scheduler heard of the attempt.</summary>
    public static AttemptEnd NeverSubmitted(DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = false,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = "The job was stopped before it began.", ObservedAt = now },
    };

    /// <summary>The same end for an attempt that this service's stop ended.</summary>
    public static AttemptEnd ByUs(AttemptEnd end) =>
        end with { Class = EndClass.Cancelled, Evidence = end.Evidence with { Text = "The job was stopped." } };

    /// <summary>The same end, with the phase of the wrapper's work that failed.</summary>
    public static AttemptEnd WithPhase(AttemptEnd end, string phase) => end with { Evidence = end.Evidence with { FailedPhase = phase } };

    /// <summary>The end of an attempt whose outputs were retrieved only in part, or not at all.</summary>
    public static AttemptEnd StageOutFailed(AttemptEnd end, string problem) => end with
    {
        Class = EndClass.Infrastructure,
        Evidence = end.Evidence with
        {
            FailedPhase = Evidence.StageOutPhase,
            Text = $"{end.Evidence.Text} But its outputs could not be retrieved: {problem}.",
        },
    };
}
