namespace Scailfin.Core.Storage;

/// <summary>The store refuses something for good: repeating it does not help.</summary>
public class JobStoreException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The store cannot be reached or written now; it may help to try again later.</summary>
public sealed class JobStoreUnavailableException(string message, Exception? innerException = null)
    : JobStoreException(message, innerException);
