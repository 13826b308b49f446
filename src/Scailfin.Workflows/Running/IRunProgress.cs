namespace Scailfin.Workflows.Running;

/// <summary>What the engine tells while a workflow runs; how it looks is the renderer's matter.</summary>
internal interface IRunProgress
{
    /// <summary>Runs the work with the display on.</summary>
    Task<RunResult> DuringAsync(int commands, Func<Task<RunResult>> work);

    void StatusChanged(WorkflowCommand command, string jobId, string status);

    void CommandEnded(WorkflowCommand command, string status, TimeSpan duration);

    void Message(string text);
}
