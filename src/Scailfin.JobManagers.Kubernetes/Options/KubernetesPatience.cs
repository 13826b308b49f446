namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>How long things may take that Kubernetes itself would wait for without end.</summary>
public sealed record KubernetesPatience
{
    /// <summary>An image that cannot be pulled for a reason that may pass.</summary>
    public TimeSpan ImagePull { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A Job of which no pod was made: a quota, an admission rule.</summary>
    public TimeSpan NoPod { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A pod that fits on no node: others may end and make room.</summary>
    public TimeSpan Unschedulable { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Volumes and network of a pod on its node.</summary>
    public TimeSpan Preparation { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The timeout for a pod's deletion, beyond the pod's grace period.</summary>
    public TimeSpan Removal { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often everything is listed anew, though the watch should have told.</summary>
    public TimeSpan Relist { get; init; } = TimeSpan.FromMinutes(5);
}
