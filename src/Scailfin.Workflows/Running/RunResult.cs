namespace Scailfin.Workflows.Running;

internal enum RunOutcome
{
    Finished,
    Failed,
    Interrupted,
}

/// <param name="Outcome">How the workflow ended.</param>
/// <param name="Command">The command that it ended at, unless all are finished.</param>
/// <param name="JobId">The id of that command's job.</param>
/// <param name="Status">The job's last known status.</param>
internal sealed record RunResult(RunOutcome Outcome, WorkflowCommand? Command = null, string? JobId = null, string? Status = null);
