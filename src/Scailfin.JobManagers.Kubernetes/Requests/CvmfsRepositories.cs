using System.Text.RegularExpressions;

namespace Scailfin.JobManagers.Kubernetes.Requests;

/// <summary>
/// The request's <c>cvmfs_mounts</c>: empty, <c>false</c> or a Python literal that is false for none, else a Python list of repositories
/// (contract A.4, C.3). The names become paths and parts of a manifest, so only plain ones are let through.
/// </summary>
internal static partial class CvmfsRepositories
{
    /// <summary>Upstream evaluates the string as Python does, and mounts nothing if the value is falsy.</summary>
    private static readonly string[] None = ["", "false", "False", "None", "0", "''", "\"\""];

    private const int LongestName = 255;

    /// <summary>Parses a list of repositories; null if the string is not a list, or a member is not a repository name.</summary>
    public static IReadOnlyList<string>? Parse(string text)
    {
        if (None.Contains(text.Trim(' ', '\t')))
            return [];
        List<string>? names = new PythonList(text).Read();
        return names is not null && names.TrueForAll(name => name.Length <= LongestName && Name().IsMatch(name))
            ? [.. names.Distinct()]
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
