namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>One submitter of several cannot be asked: his jobs rest, and nobody else's.</summary>
internal sealed class SubmitterUnavailableException(string message, Exception innerException) : Exception(message, innerException);
