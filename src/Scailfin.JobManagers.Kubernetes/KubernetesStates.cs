using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes;

/// <summary>What Kubernetes' own words mean: one line for each.</summary>
internal static class KubernetesStates
{
    /// <summary>
    /// <c>status.reason</c> of a pod that failed as a whole. Evictions are told apart by their message.
    /// https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/,
    /// https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go
    /// </summary>
    private static readonly Dictionary<string, PodReason> Pods = new(StringComparer.Ordinal)
    {
        ["DeadlineExceeded"] = new(EndClass.Limit, "ran longer than its time limit"),
        ["Evicted"] = new(EndClass.Infrastructure, "was evicted by its node"),
        ["OutOfcpu"] = new(EndClass.Infrastructure, "was refused by its node, which had no CPU left"),
        ["OutOfmemory"] = new(EndClass.Infrastructure, "was refused by its node, which had no memory left"),
        ["OutOfpods"] = new(EndClass.Infrastructure, "was refused by its node, which had no room for another pod"),
        ["OutOfephemeral-storage"] = new(EndClass.Infrastructure, "was refused by its node, which had no storage left"),
        ["NodeAffinity"] = new(EndClass.Infrastructure, "was refused by its node, whose labels do not fit"),
        ["UnexpectedAdmissionError"] = new(EndClass.Infrastructure, "was refused by its node"),
        ["NodeShutdown"] = new(EndClass.Infrastructure, "was ended because its node was shut down"),
        ["Terminated"] = new(EndClass.Infrastructure, "was ended because its node was shut down"),
        ["Shutdown"] = new(EndClass.Infrastructure, "was ended because its node was shut down"),
        ["NodeLost"] = new(EndClass.Infrastructure, "was lost with its node"),
        ["Preempting"] = new(EndClass.Infrastructure, "had to make room for a critical pod"),
    };

    /// <summary>
    /// Reasons of the condition <c>DisruptionTarget</c>:
    /// https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions.
    /// </summary>
    private static readonly Dictionary<string, string> Disruptions = new(StringComparer.Ordinal)
    {
        ["PreemptionByScheduler"] = "had to make room for a pod of higher priority",
        ["DeletionByTaintManager"] = "was taken off its node, which is unreachable or being emptied",
        ["EvictionByEvictionAPI"] = "was evicted, as when a node is drained",
        ["DeletionByPodGC"] = "was lost with its node",
        ["TerminationByKubelet"] = "was ended by its node, which ran out of resources or was shut down",
    };

    /// <summary>
    /// Messages of an image pull that trying again does not heal, in lower case: of registries, through containerd and CRI-O.
    /// https://distribution.github.io/distribution/spec/api/#errors-2
    /// </summary>
    private static readonly string[] FinalPulls =
    [
        "not found", "manifest unknown", "name unknown", "does not exist", "unauthorized", "authentication required",
        "authorization failed", "denied", "forbidden", "no match for platform", "no matching manifest", "invalid reference",
        "unsupported media type",
    ];

    /// <summary>A pod's reason, with a general sentence for one that is not known here.</summary>
    public static PodReason OfPod(string reason) =>
        Pods.GetValueOrDefault(reason) ?? new PodReason(EndClass.Infrastructure, $"failed ({reason})");

    /// <summary>
    /// Whether an eviction is the step's own fault: it used more storage than it may (the only limit that the kubelet evicts for).
    /// </summary>
    public static bool IsOwnLimit(string message) =>
        message.Contains("exceeds the total limit of containers", StringComparison.Ordinal)
        || message.Contains("exceeded its local ephemeral storage limit", StringComparison.Ordinal)
        || message.Contains("usage of EmptyDir volume", StringComparison.Ordinal);

    public static string OfDisruption(string? reason) => Disruptions.GetValueOrDefault(reason ?? "") ?? $"was disrupted ({reason})";

    /// <summary>Whether a failed pull cannot heal by itself.</summary>
    public static bool IsFinalPull(string message) => FinalPulls.Any(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a configuration error is only one of a node that has not caught up yet.</summary>
    public static bool IsPassingConfigurationError(string message) => message.StartsWith("failed to sync", StringComparison.Ordinal);
}

/// <summary>What a pod's reason means; the sentence follows "Its pod".</summary>
internal sealed record PodReason(EndClass Class, string Sentence);
