namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>Thrown if one account of several cannot reach the scheduler: only its jobs are paused.</summary>
internal sealed class AccountUnavailableException(string message, Exception innerException) : Exception(message, innerException);
