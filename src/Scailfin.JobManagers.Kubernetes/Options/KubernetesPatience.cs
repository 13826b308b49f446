namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>Timeouts for conditions that Kubernetes itself waits for without end.</summary>
public sealed record KubernetesPatience
{
    /// <summary>The timeout for an image that cannot be pulled for a transient reason.</summary>
    public TimeSpan ImagePull { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The timeout for a Job without a pod, as when a quota or an admission rule refuses the pod.</summary>
    public TimeSpan NoPod { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The timeout for a pod that fits on no node; other pods may end and make room.</summary>
    public TimeSpan Unschedulable { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The timeout for the node to prepare a pod's volumes and network.</summary>
    public TimeSpan Preparation { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The timeout for a pod's deletion, beyond the pod's grace period.</summary>
    public TimeSpan Removal { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The interval at which all objects are listed again, in case a watch missed a change.</summary>
    public TimeSpan Relist { get; init; } = TimeSpan.FromMinutes(5);
}
