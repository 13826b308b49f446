namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>What to tell of an exception.</summary>
internal static class Causes
{
    /// <summary>
    /// The innermost message: the outer ones only point at it ("see inner exception"). Our own words stand for themselves.
    /// </summary>
    public static string Cause(this Exception exception)
    {
        while (exception is not CredentialPluginException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
