using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>What the ends of a local attempt mean.</summary>
internal static class LocalEnds
{
    /// <summary>The wrapper left a receipt.</summary>
    public static AttemptEnd Of(Receipt receipt, DateTimeOffset now)
    {
        (EndClass kind, string text) = receipt switch
        {
            { Cause: "timeout" } => (EndClass.Limit, "The job was killed because it ran longer than its time limit."),
            { Cause: "stopped", StepStartedAt: null } => (EndClass.Cancelled, "The job was stopped before its step began."),
            { Cause: "stopped" } => (EndClass.Cancelled, "The job was stopped while it ran."),
            { Cause: "out_of_memory" } => (EndClass.Limit, "The job was killed because it used more memory than it may."),
            { FailedPhase: { } phase } => (EndClass.Infrastructure, $"The job could not be run (phase '{phase}'): {receipt.Message}"),
            { ExitCode: 0 } => (EndClass.Succeeded, "The step ended with exit code 0."),
            { ExitCode: > 128 and < 160 } => (EndClass.Step, $"The step ended with exit code {receipt.ExitCode} (as after signal {receipt.ExitCode - 128})."),
            _ => (EndClass.Step, $"The step ended with exit code {receipt.ExitCode}."),
        };
        return new AttemptEnd
        {
            Class = kind,
            StepMayHaveRun = receipt.StepMayHaveRun,
            StartedAt = receipt.StepStartedAt,
            EndedAt = receipt.EndedAt,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Receipt,
                Text = text,
                ExitCode = receipt.ExitCode,
                FailedPhase = receipt.FailedPhase,
                ObservedAt = now,
            },
        };
    }

    /// <summary>A stop took the claim before any wrapper did.</summary>
    public static AttemptEnd NeverBegun(DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = false,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = "The job was stopped before it began.", ObservedAt = now },
    };

    /// <summary>A stop had to kill it.</summary>
    public static AttemptEnd Killed(bool stepStarted, DateTimeOffset? startedAt, DateTimeOffset now) => new()
    {
        Class = EndClass.Cancelled,
        StepMayHaveRun = stepStarted,
        StartedAt = startedAt,
        Evidence = new Evidence
        {
            Source = EvidenceSource.Backend,
            Text = "The job was stopped; it did not end within its grace time and was killed.",
            ObservedAt = now,
        },
    };

    /// <summary>The wrapper is gone and left nothing.</summary>
    public static AttemptEnd Vanished(bool stepStarted, DateTimeOffset? startedAt, string complaint, DateTimeOffset now) => new()
    {
        Class = EndClass.Infrastructure,
        StepMayHaveRun = stepStarted,
        StartedAt = startedAt,
        Evidence = new Evidence
        {
            Source = EvidenceSource.Backend,
            FailedPhase = stepStarted ? "run" : "claim",
            Text = "The job's wrapper process disappeared without a receipt: it was killed, or this machine was restarted."
                + (complaint.Length == 0 ? "" : $" Its last words: {complaint}"),
            ObservedAt = now,
        },
    };
}
