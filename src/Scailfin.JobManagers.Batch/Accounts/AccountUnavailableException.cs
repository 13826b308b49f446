namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>One account of several cannot be asked: its jobs rest, and nobody else's.</summary>
internal sealed class AccountUnavailableException(string message, Exception innerException) : Exception(message, innerException);
