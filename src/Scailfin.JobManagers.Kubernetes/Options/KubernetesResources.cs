namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>Requests and limits of a job as Kubernetes quantities, verbatim; null for none.</summary>
public sealed record KubernetesResources
{
    /// <summary>No quantities.</summary>
    public static KubernetesResources None { get; } = new();

    public string? CpuRequest { get; init; }

    public string? CpuLimit { get; init; }

    public string? MemoryRequest { get; init; }

    public string? MemoryLimit { get; init; }
}
