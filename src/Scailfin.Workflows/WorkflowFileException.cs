namespace Scailfin.Workflows;

/// <summary>A workflow file, a parameter or an input is not usable; nothing has been run.</summary>
internal sealed class WorkflowFileException : Exception
{
    public WorkflowFileException()
    {
    }

    public WorkflowFileException(string message)
        : base(message)
    {
    }

    public WorkflowFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
