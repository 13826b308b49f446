using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper.Receipts;

public sealed partial record Receipt
{
    /// <summary>Converts the receipt to the attempt's end; all managers whose steps run in the wrapper use this.</summary>
    /// <param name="now">The time at which the receipt was read.</param>
    public AttemptEnd ToEnd(DateTimeOffset now)
    {
        (EndClass kind, string text) = this switch
        {
            { Cause: "stopped", StepStartedAt: null } => (EndClass.Cancelled, "The job was stopped before its step began."),
            { Cause: "stopped" } => (EndClass.Cancelled, "The job was stopped while it ran."),
            { Cause: "timeout" } => (EndClass.Limit, "The job was killed because it ran longer than its time limit."),
            { Cause: "out_of_memory" } => (EndClass.Limit, "The job was killed because it used more memory than it may."),
            { FailedPhase: { } phase } => (EndClass.Infrastructure, $"The job could not be run (phase '{phase}'): {Message}"),
            { ExitCode: 0 } => (EndClass.Succeeded, "The step ended with exit code 0."),
            { Signal: { } signal } => (EndClass.Step, $"The step ended with exit code {ExitCode} (as after signal {signal})."),
            _ => (EndClass.Step, $"The step ended with exit code {ExitCode}."),
        };
        return new AttemptEnd
        {
            Class = kind,
            StepMayHaveRun = StepMayHaveRun,
            StartedAt = StepStartedAt,
            EndedAt = EndedAt,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Receipt,
                Text = text,
                ExitCode = ExitCode,
                FailedPhase = FailedPhase,
                ObservedAt = now,
            },
        };
    }
}
