using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>Maps Kubernetes' reasons to ends: one line for each.</summary>
internal static class KubernetesStates
{
    /// <summary>
    /// <c>status.reason</c> of a pod that failed as a whole. Evictions are distinguished by their message.
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

    /// <summary>https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/eviction/eviction_manager.go.</summary>
    private static readonly Regex OwnLimit = new(
        """
        \A(Pod ephemeral local storage usage exceeds the total limit of containers \S+
        |Container \S+ exceeded its local ephemeral storage limit "[^"]*"\.?
        |Usage of EmptyDir volume "[^"]*" exceeds the limit "[^"]*"\.?)\z
        """.ReplaceLineEndings(""),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase);

    /// <summary>A pod's reason, with a general sentence for one that is not known here.</summary>
    public static PodReason OfPod(string reason) =>
        Pods.GetValueOrDefault(reason) ?? new PodReason(EndClass.Infrastructure, $"failed ({reason})");

    /// <summary>
    /// Whether an eviction is the step's own fault: it used more storage than it may (the only limit that the kubelet evicts for).
    /// </summary>
    public static bool IsOwnLimit(string message) => OwnLimit.IsMatch(message);

    public static string OfDisruption(string? reason) => Disruptions.GetValueOrDefault(reason ?? "") ?? $"was disrupted ({reason})";

    /// <summary>Whether a configuration error is only one of a node that has not caught up yet.</summary>
    public static bool IsPassingConfigurationError(string message) => message.StartsWith("failed to sync", StringComparison.Ordinal);
}

/// <summary>The end that a pod's reason stands for; the sentence follows "Its pod".</summary>
internal sealed record PodReason(EndClass Class, string Sentence);
