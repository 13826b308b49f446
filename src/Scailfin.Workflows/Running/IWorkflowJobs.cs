using Scailfin.Workflows.Workspaces;

namespace Scailfin.Workflows.Running;

/// <summary>The job controller as the runner sees it.</summary>
/// <exception cref="WorkflowJobsException">Thrown by each method if the job controller refuses or does not answer.</exception>
internal interface IWorkflowJobs
{
    /// <summary>Submits one command as a job and returns the job's id.</summary>
    Task<string> SubmitAsync(WorkflowCommand command, RunWorkspace workspace, CancellationToken cancellation);

    /// <summary>Returns the job's status as the API spells it.</summary>
    Task<string> StatusAsync(string id, CancellationToken cancellation);

    /// <summary>Asks for the end of the job; the end shows in its status.</summary>
    Task StopAsync(string id, CancellationToken cancellation);
}
