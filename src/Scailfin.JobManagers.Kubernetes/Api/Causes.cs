namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Finds the message of an exception that says what failed.</summary>
internal static class Causes
{
    /// <summary>
    /// The innermost message: the outer ones only point at it ("see inner exception"). Messages of this service are used unchanged.
    /// </summary>
    public static string Cause(this Exception exception)
    {
        while (exception is not CredentialPluginException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
