using System.Text.Json;

namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>Where pods may run, and how they are treated there. All but REANA's own are off unless the operator asks for them.</summary>
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

    /// <summary>What the cluster calls such a device.</summary>
    public string GpuResource { get; init; } = "nvidia.com/gpu";

    /// <summary>As in a pod's <c>spec.tolerations</c>.</summary>
    public JsonElement? Tolerations { get; init; }

    /// <summary>As in a pod's <c>spec.affinity</c>.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>Seconds after which Kubernetes itself deletes a Job that has ended; what was not collected by then is lost.</summary>
    public int? TimeToLive { get; init; }
}
