namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// Keeps text as it is. Kubernetes rewrites <c>$$</c> and <c>$(NAME)</c> in commands, arguments and values of variables
/// (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/); a doubled dollar comes out as
/// one.
/// </summary>
internal static class Dollars
{
    public static string Double(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
