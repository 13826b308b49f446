namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>The contents of a user's Secret: names and kinds, never values, which stay in Kubernetes (contract C.4).</summary>
/// <param name="Name">The name of the Secret.</param>
/// <param name="Variables">Keys that become variables, in the order of the Secret.</param>
/// <param name="Files">Keys that become files.</param>
internal sealed record UserSecrets(string Name, IReadOnlyList<string> Variables, IReadOnlyList<string> Files)
{
    /// <summary>Whether the user has such a secret, of whatever kind.</summary>
    public bool Has(string key) => Variables.Contains(key) || Files.Contains(key);
}
