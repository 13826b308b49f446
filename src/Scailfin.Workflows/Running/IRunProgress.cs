namespace Scailfin.Workflows.Running;

/// <summary>Receives the progress of a workflow from the engine; the renderer decides how to show it.</summary>
internal interface IRunProgress
{
    /// <summary>Runs the work with the display on.</summary>
    Task<RunResult> DuringAsync(int commands, Func<Task<RunResult>> work);

    void StatusChanged(WorkflowCommand command, string jobId, string status);

    void CommandEnded(WorkflowCommand command, string status, TimeSpan duration);

    void Message(string text);
}
