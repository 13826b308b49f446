namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>How long a cluster takes for what no test is about.</summary>
public sealed record ClusterPace
{
    /// <summary>As fast as the machine goes.</summary>
    public static readonly ClusterPace Immediate = new();

    /// <summary>As recorded on an idle node.</summary>
    public static readonly ClusterPace Recorded = new()
    {
        PodCreation = TimeSpan.FromMilliseconds(7),
        Scheduling = TimeSpan.FromMilliseconds(8),
        Acceptance = TimeSpan.FromMilliseconds(12),
        Sandbox = TimeSpan.FromMilliseconds(160),
        Start = TimeSpan.FromMilliseconds(80),
        PhaseAfterEnd = TimeSpan.FromMilliseconds(1100),
        JobSync = TimeSpan.FromSeconds(1),
        Removal = TimeSpan.FromMilliseconds(120),
    };

    /// <summary>From the Job's creation to the pod's.</summary>
    public TimeSpan PodCreation { get; init; }

    public TimeSpan Scheduling { get; init; }

    /// <summary>From the node's choice to the kubelet's first status.</summary>
    public TimeSpan Acceptance { get; init; }

    public TimeSpan Sandbox { get; init; }
    public TimeSpan Start { get; init; }

    /// <summary>From a container's end to the pod's phase.</summary>
    public TimeSpan PhaseAfterEnd { get; init; }

    /// <summary>The Job controller handles a pod's changes that much later.</summary>
    public TimeSpan JobSync { get; init; }

    /// <summary>From the end of a pod that is being deleted to its removal.</summary>
    public TimeSpan Removal { get; init; }
}
