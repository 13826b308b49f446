using System.Text.Json;

namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>The placement of pods: node selection, priority and the like. All but REANA's own options are off by default.</summary>
public sealed record KubernetesPlacement
{
    /// <summary>A label that nodes must have.</summary>
    public KeyValuePair<string, string>? NodeLabel { get; init; }

    /// <summary>Secrets with the passwords of image registries; empty names are left out.</summary>
    public IReadOnlyList<string> PullSecrets { get; init; } = [];

    /// <summary>Whether Kueue admits the jobs, through its queue <see cref="QueueName"/>.</summary>
    public bool UsesKueue { get; init; }

    /// <summary>Kueue's local queue (contract C.1).</summary>
    public string QueueName { get; init; } = "local-queue-job";

    /// <summary>A PriorityClass for all pods.</summary>
    public string? PriorityClass { get; init; }

    /// <summary>Devices that every job gets.</summary>
    public int Gpus { get; init; }

    /// <summary>The cluster's resource name of a GPU.</summary>
    public string GpuResource { get; init; } = "nvidia.com/gpu";

    /// <summary>The tolerations, as in a pod's <c>spec.tolerations</c>.</summary>
    public JsonElement? Tolerations { get; init; }

    /// <summary>The affinity, as in a pod's <c>spec.affinity</c>.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>Seconds after which Kubernetes itself deletes a Job that has ended; what was not collected by then is lost.</summary>
    public int? TimeToLive { get; init; }
}
