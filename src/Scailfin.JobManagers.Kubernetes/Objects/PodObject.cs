using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>The fields of a pod that are read.</summary>
internal sealed record PodObject : IWatchedObject
{
    public ObjectMetadata Metadata { get; init; } = new();

    public PodObjectSpec? Spec { get; init; }

    public PodObjectStatus? Status { get; init; }

    [JsonIgnore]
    public string Phase => Status?.Phase ?? "Pending";

    [JsonIgnore]
    public bool IsOver => Phase is "Succeeded" or "Failed";

    /// <summary>Whether it fits on no node.</summary>
    [JsonIgnore]
    public bool IsUnschedulable => Condition("PodScheduled") is { Status: "False", Reason: "Unschedulable" };

    /// <summary>Whether its node has taken it, and its volumes or its network are not ready.</summary>
    [JsonIgnore]
    public bool IsUnprepared => Status?.StartTime is not null && Condition("PodReadyToStartContainers") is { Status: "False" };

    /// <summary>The status of the container that runs the step; null while there is none.</summary>
    [JsonIgnore]
    public ContainerStatus? Main => Status?.ContainerStatuses?.FirstOrDefault(container => container.Name == Manifests.Names.MainContainer);

    [JsonIgnore]
    public string? Flaw => Flaws.Of(Metadata)
        ?? Flaws.OfNulls("spec.containers", Spec?.Containers)
        ?? Flaws.OfDate("status.startTime", Status?.StartTime)
        ?? Flaws.Of("status.conditions", Status?.Conditions)
        ?? Flaws.Of("status.containerStatuses", Status?.ContainerStatuses)
        ?? Flaws.Of("status.initContainerStatuses", Status?.InitContainerStatuses);

    /// <summary>The memory limit of a container as it was set, by the job or by the namespace; null if it has none.</summary>
    public string? MemoryLimit(string container) =>
        Spec?.Containers?.FirstOrDefault(candidate => candidate.Name == container)?.Resources?.Limits?.Memory;

    public ObjectCondition? Condition(string type) => Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}

internal sealed record PodObjectSpec
{
    public string? NodeName { get; init; }

    public long? ActiveDeadlineSeconds { get; init; }

    public IReadOnlyList<ContainerSpec>? Containers { get; init; }
}

internal sealed record ContainerSpec
{
    public string Name { get; init; } = "";

    public ContainerResources? Resources { get; init; }
}

internal sealed record ContainerResources
{
    public ResourceAmounts? Limits { get; init; }
}

internal sealed record ResourceAmounts
{
    public string? Memory { get; init; }
}

internal sealed record PodObjectStatus
{
    public string? Phase { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<ObjectCondition>? Conditions { get; init; }

    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }

    public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }
}
