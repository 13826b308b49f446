using Scailfin.Workflows.Running;

namespace Scailfin.Cli.Api;

/// <summary>A request to the service did not succeed; the message is one line for the user.</summary>
internal sealed class ApiException : WorkflowJobsException
{
    public ApiException()
    {
    }

    public ApiException(string message)
        : base(message)
    {
    }

    public ApiException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
