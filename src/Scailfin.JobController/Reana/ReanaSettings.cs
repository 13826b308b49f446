using System.Text.RegularExpressions;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Reana;

/// <summary>REANA's own settings: names, storage, and jobs on Kubernetes (contract F.1, F.2).</summary>
internal sealed partial record ReanaSettings
{
    /// <summary><c>REANA_COMPONENT_PREFIX</c>.</summary>
    public required string ComponentPrefix { get; init; }

    /// <summary>
    /// <c>REANA_COMPONENT_NAMING_SCHEME</c>: a Python format of <c>{prefix}</c>, <c>{component_type}</c> and <c>{id}</c>.
    /// </summary>
    public required string NamingScheme { get; init; }

    /// <summary><c>REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE</c>.</summary>
    public required string InfrastructureNamespace { get; init; }

    /// <summary><c>REANA_RUNTIME_KUBERNETES_NAMESPACE</c>: the namespace of jobs.</summary>
    public required string RuntimeNamespace { get; init; }

    /// <summary><c>REANA_USER_ID</c>: the workflow's owner.</summary>
    public string? UserId { get; init; }

    /// <summary><c>REANA_USER_SECRET_MOUNT_PATH</c>: the directory in jobs with the secrets that are files.</summary>
    public required string SecretMountPath { get; init; }

    public required SharedStorageSettings Storage { get; init; }

    public required KubernetesJobSettings Jobs { get; init; }

    public required AuthenticationImages Images { get; init; }

    public static ReanaSettings Read(SettingsReader reader, ServiceMode mode)
    {
        const string Infrastructure = "REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE";
        string prefix = reader.Text("REANA_COMPONENT_PREFIX", "reana");
        string infrastructure = reader.Text(Infrastructure, "default");
        var reana = new ReanaSettings
        {
            ComponentPrefix = prefix,
            NamingScheme = reader.Text(
                "REANA_COMPONENT_NAMING_SCHEME",
                "{prefix}-{component_type}-{id}",
                scheme => Scheme().IsMatch(scheme) && scheme.Contains("{id}", StringComparison.Ordinal),
                "text with {id} and, if wanted, {prefix} and {component_type}"),
            InfrastructureNamespace = infrastructure,
            RuntimeNamespace = reader.Text("REANA_RUNTIME_KUBERNETES_NAMESPACE", infrastructure, otherwise: Infrastructure),
            UserId = reader.Optional("REANA_USER_ID"),
            SecretMountPath = reader.AbsolutePath("REANA_USER_SECRET_MOUNT_PATH", "/etc/reana/secrets"),
            Storage = SharedStorageSettings.Read(reader, prefix, mode),
            Jobs = KubernetesJobSettings.Read(reader, mode),
            Images = AuthenticationImages.Read(reader, prefix),
        };
        CheckNames(reader, reana);
        return reana;
    }

    /// <summary>The name of a Job is the value of a label of its pod, which has at most 63 characters, 36 of them the id's.</summary>
    private static void CheckNames(SettingsReader reader, ReanaSettings reana)
    {
        const int Longest = 63;
        string name = reana.NamingScheme
            .Replace("{prefix}", reana.ComponentPrefix, StringComparison.Ordinal)
            .Replace("{component_type}", "run-job", StringComparison.Ordinal)
            .Replace("{id}", Guid.Empty.ToString("D"), StringComparison.Ordinal);
        if (name.Length > Longest || !DnsLabel().IsMatch(name))
        {
            const string Settings = "the name of a job (REANA_COMPONENT_NAMING_SCHEME, REANA_COMPONENT_PREFIX)";
            reader.Problem(Settings, name, $"lower-case letters, digits and hyphens, at most {Longest} of them");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A([^{}]|\{(prefix|component_type|id)\})*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();
}
