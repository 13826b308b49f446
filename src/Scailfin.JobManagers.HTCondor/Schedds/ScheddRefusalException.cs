namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>The schedd answered that it will not do what it was asked to: it is not away, and its words are for the user.</summary>
internal sealed class ScheddRefusalException(string message, Exception innerException) : Exception(message, innerException);
