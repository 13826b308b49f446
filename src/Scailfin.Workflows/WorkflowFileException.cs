namespace Scailfin.Workflows;

/// <summary>
/// A workflow file, a parameter or an input is not usable; nothing has been run. Its message may quote the file, and is shortened.
/// </summary>
internal sealed class WorkflowFileException : Exception
{
    private const int LongestMessage = 1000;

    public WorkflowFileException()
    {
    }

    public WorkflowFileException(string message)
        : base(Shortened(message))
    {
    }

    public WorkflowFileException(string message, Exception innerException)
        : base(Shortened(message), innerException)
    {
    }

    private static string Shortened(string message) => message.Length > LongestMessage ? message[..LongestMessage] + "..." : message;
}
