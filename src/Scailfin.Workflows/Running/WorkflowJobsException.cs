namespace Scailfin.Workflows.Running;

/// <summary>The job controller did not do what the runner asked; the message is one line for the user.</summary>
internal class WorkflowJobsException : Exception
{
    public WorkflowJobsException()
    {
    }

    public WorkflowJobsException(string message)
        : base(message)
    {
    }

    public WorkflowJobsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The same request may succeed a moment later.</summary>
    public bool IsTransient { get; init; }
}
