using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Local;

/// <summary>Makes the ends of local attempts that have no receipt.</summary>
internal static class LocalEnds
{
    /// <summary>A stop took the claim before any wrapper did.</summary>
    public static AttemptEnd NeverBegun(DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = false,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = "The job was stopped before it began.", ObservedAt = now },
    };

    /// <summary>A stop had to kill it.</summary>
    public static AttemptEnd Killed(bool mayHaveStarted, DateTimeOffset? startedAt, DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = mayHaveStarted,
        StartedAt = startedAt,
        Evidence = new Evidence
        {
            Source = EvidenceSource.Backend,
            Text = "The job was stopped; its wrapper did not answer the stop and was killed.",
            ObservedAt = now,
        },
    };

    /// <summary>The wrapper is gone and left nothing.</summary>
    public static AttemptEnd Vanished(
        bool mayHaveStarted, DateTimeOffset? startedAt, string complaint, DateTimeOffset now) => new()
        {
            Class = EndClass.Infrastructure,
            StepMayHaveRun = mayHaveStarted,
            StartedAt = startedAt,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Backend,
                FailedPhase = mayHaveStarted ? "run" : "claim",
                Text = "The job's wrapper process disappeared without a receipt: it was killed, or this machine was restarted."
                + (complaint.Length == 0 ? "" : $" Its last output: {complaint}"),
                ObservedAt = now,
            },
        };
}
