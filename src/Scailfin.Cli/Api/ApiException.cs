namespace Scailfin.Cli.Api;

/// <summary>A request to the service did not succeed; the message is one line for the user.</summary>
internal sealed class ApiException : Exception
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

    /// <summary>The same request may succeed a moment later.</summary>
    public bool IsTransient { get; init; }
}
