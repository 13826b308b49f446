namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>Thrown if the schedd is reachable but refuses a request; the user is shown the schedd's words.</summary>
internal sealed class ScheddRefusalException(string message, Exception innerException) : Exception(message, innerException);
