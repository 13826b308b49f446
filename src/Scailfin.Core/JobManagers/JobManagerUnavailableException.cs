namespace Scailfin.Core.JobManagers;

/// <summary>
/// The backend cannot be reached or is too busy: transient, nothing has changed there, ask again later. The one exception that job
/// managers throw on purpose. Thrown by <see cref="IJobManager.SubmitAsync"/> it promises that the attempt did not reach the backend.
/// </summary>
public sealed class JobManagerUnavailableException : Exception
{
    /// <summary>Makes an exception with a sentence that says what cannot be reached.</summary>
    public JobManagerUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    public JobManagerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
