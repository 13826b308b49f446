namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>What to tell of an exception.</summary>
internal static class Causes
{
    /// <summary>The innermost message, because the outer ones only point at it ("see inner exception"); of our own, the message.</summary>
    public static string Cause(this Exception exception)
    {
        while (exception is not CredentialPluginException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
