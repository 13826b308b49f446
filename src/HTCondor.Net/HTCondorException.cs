namespace HTCondor.Net;

/// <summary>Why a call failed.</summary>
/// <param name="Subsystem">
/// Who says so: HTCondor's own name (<c>SECMAN</c>, <c>CEDAR</c>, <c>SCHEDD</c>), or <c>WORKER</c>, <c>CLIENT</c>.
/// </param>
/// <param name="Code">The subsystem's error code; 0 if it has none.</param>
/// <param name="Text">The message in the subsystem's words.</param>
public sealed record HTCondorError(string Subsystem, int Code, string Text)
{
    /// <summary>Whether the same call may succeed later without any change.</summary>
    public bool Retryable { get; init; }

    /// <summary>Whether the schedd may have carried out the request although its answer was lost. Query the jobs before a retry.</summary>
    public bool Ambiguous { get; init; }

    /// <summary>
    /// The limit of the schedd's configuration that a submission would exceed, such as <c>MAX_JOBS_PER_OWNER</c>; null if it is
    /// something else. Nothing was submitted; the same submission succeeds once other jobs have left the queue.
    /// </summary>
    public string? Limit { get; init; }
}

/// <summary>A call to HTCondor failed. Nothing was changed there unless the error is ambiguous.</summary>
public sealed class HTCondorException : Exception
{
    /// <summary>Makes an exception with the typed error.</summary>
    public HTCondorException(HTCondorError error, Exception? innerException = null)
        : base($"{error.Subsystem}:{error.Code}: {error.Text}", innerException) => Error = error;

    /// <summary>The error of HTCondor or of the transport.</summary>
    public HTCondorError Error { get; }
}
