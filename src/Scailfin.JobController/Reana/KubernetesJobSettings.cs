using Scailfin.JobController.Settings;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobController.Reana;

/// <summary>Settings of REANA's operator for jobs on Kubernetes (contract C, F.1, F.2).</summary>
internal sealed record KubernetesJobSettings
{
    private const string Prefix = "REANA_KUBERNETES_JOBS_";

    /// <summary><c>REANA_KUBERNETES_JOBS_CPU_REQUEST</c> and its three sisters.</summary>
    public KubernetesResources Defaults { get; init; } = KubernetesResources.None;

    /// <summary><c>REANA_KUBERNETES_JOBS_MAX_USER_CPU_REQUEST</c> and its three sisters.</summary>
    public KubernetesResources Maxima { get; init; } = KubernetesResources.None;

    /// <summary><c>REANA_KUBERNETES_JOBS_MIN_USER_UID</c>.</summary>
    public int MinimumUid { get; init; } = 100;

    /// <summary><c>WORKFLOW_RUNTIME_USER_UID</c>.</summary>
    public int RuntimeUid { get; init; } = 1000;

    /// <summary><c>WORKFLOW_RUNTIME_USER_GID</c>.</summary>
    public int RuntimeGid { get; init; }

    /// <summary><c>REANA_RUNTIME_JOBS_KUBERNETES_NODE_LABEL</c>: which nodes run jobs.</summary>
    public KeyValuePair<string, string>? NodeLabel { get; init; }

    /// <summary><c>IMAGE_PULL_SECRETS</c>.</summary>
    public IReadOnlyList<string> PullSecrets { get; init; } = [];

    /// <summary><c>REANA_RUNTIME_KUBERNETES_KEEP_ALIVE_JOBS_WITH_STATUSES</c>: jobs that are not deleted once they end so.</summary>
    public IReadOnlyList<string> KeepAliveStatuses { get; init; } = [];

    /// <summary><c>KUEUE_ENABLED</c>.</summary>
    public bool UsesKueue { get; init; }

    /// <summary><c>SCAILFIN_KUBERNETES_LEFTOVERS</c>: whether what dead sidecars left is removed.</summary>
    public bool RemovesLeftovers { get; init; }

    public static KubernetesJobSettings Read(SettingsReader reader, ServiceMode mode) => new()
    {
        Defaults = ResourceVariables.Read(reader, Prefix, problemsAreNotes: mode == ServiceMode.Sidecar),
        Maxima = ResourceVariables.Read(reader, $"{Prefix}MAX_USER_", problemsAreNotes: false),
        MinimumUid = reader.Integer($"{Prefix}MIN_USER_UID", 100, 0),
        RuntimeUid = reader.Integer("WORKFLOW_RUNTIME_USER_UID", 1000, 0),
        RuntimeGid = reader.Integer("WORKFLOW_RUNTIME_USER_GID", 0, 0),
        NodeLabel = Label(reader.Optional(
            "REANA_RUNTIME_JOBS_KUBERNETES_NODE_LABEL",
            text => text.Split('=') is [{ Length: > 0 }, _],
            "name=value, with exactly one equals sign")),
        PullSecrets = reader.List("IMAGE_PULL_SECRETS", []),
        KeepAliveStatuses = reader.Parsed<IReadOnlyList<string>>(
            "REANA_RUNTIME_KUBERNETES_KEEP_ALIVE_JOBS_WITH_STATUSES",
            [],
            "a list of any of: finished, failed",
            Statuses,
            list => string.Join(',', list)),
        UsesKueue = reader.Flag("KUEUE_ENABLED", false),
        RemovesLeftovers = reader.Optional(
            "SCAILFIN_KUBERNETES_LEFTOVERS", text => text is "keep" or "remove", "keep or remove") == "remove",
    };

    /// <summary>Converts the settings that the rules of the Kubernetes backend need.</summary>
    public KubernetesOptions ToOptions() => new()
    {
        Defaults = Defaults,
        Maxima = Maxima,
        MinimumUid = MinimumUid,
        DefaultUid = RuntimeUid,
        DefaultGid = RuntimeGid,
        KeepAliveStatuses = KeepAliveStatuses,
        RemovesLeftovers = RemovesLeftovers,
        Placement = new KubernetesPlacement { NodeLabel = NodeLabel, PullSecrets = PullSecrets, UsesKueue = UsesKueue },
    };

    private static KeyValuePair<string, string>? Label(string? text) =>
        text?.Split('=') is [var name, var value] ? KeyValuePair.Create(name, value) : null;

    private static string[]? Statuses(string text)
    {
        string[] statuses = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return statuses.All(status => status is "finished" or "failed") ? statuses : null;
    }
}
