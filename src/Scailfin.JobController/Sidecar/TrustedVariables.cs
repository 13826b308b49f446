using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.Sidecar;

/// <summary>
/// The variables that a sidecar may act on. A user's secrets come last in its environment and could take the place of an operator's
/// settings (contract B.5): what the Pod says counts, not what the process sees.
/// </summary>
/// <param name="Variables">
/// The process's, with each setting that a user's secret hides put back to the operator's value, or left out.
/// </param>
/// <param name="Hidden">Operator's secrets that a user's secret hides: their values cannot be known.</param>
internal sealed record TrustedVariables(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Hidden)
{
    /// <summary>REANA's naming scheme may be changed, but its name for this kind of object stays (contract C.4).</summary>
    private const string UserSecrets = "secretsstore";

    /// <param name="process">The process environment.</param>
    /// <param name="pod">The container's variables, in their order.</param>
    /// <param name="usersOwn">Names that a user's secret is meant to have (contract F.1, last row).</param>
    public static TrustedVariables Of(
        IReadOnlyDictionary<string, string> process, IReadOnlyList<PodVariable> pod, IReadOnlyCollection<string> usersOwn)
    {
        var trusted = new Dictionary<string, string>(process, StringComparer.Ordinal);
        var hidden = new List<string>();
        foreach (IGrouping<string, PodVariable> entries in pod.GroupBy(variable => variable.Name, StringComparer.Ordinal)
            .Where(group => !usersOwn.Contains(group.Key)))
        {
            PodVariable? operators = entries.LastOrDefault(entry => !IsUsers(entry));
            if (operators?.Value is { } value)
                trusted[entries.Key] = value;
            else if (operators is null)
                trusted.Remove(entries.Key);
            else if (IsUsers(entries.Last()))
                hidden.Add(entries.Key);
        }

        return new TrustedVariables(trusted, hidden);
    }

    private static bool IsUsers(PodVariable variable) => variable.Secret?.Contains(UserSecrets, StringComparison.Ordinal) == true;
}
