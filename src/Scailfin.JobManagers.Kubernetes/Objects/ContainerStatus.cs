using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>The status of a container in a pod.</summary>
internal sealed record ContainerStatus
{
    public string Name { get; init; } = "";

    public ContainerState? State { get; init; }

    [JsonIgnore]
    public ContainerWaiting? Waiting => State?.Waiting;

    [JsonIgnore]
    public ContainerTerminated? Terminated => State?.Terminated;

    [JsonIgnore]
    public bool HasRun => State is { Running: not null } || Terminated is { HasRun: true };
}

internal sealed record ContainerState
{
    public ContainerWaiting? Waiting { get; init; }

    public ContainerRunning? Running { get; init; }

    public ContainerTerminated? Terminated { get; init; }
}

internal sealed record ContainerWaiting
{
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

internal sealed record ContainerRunning
{
    public DateTimeOffset? StartedAt { get; init; }
}

internal sealed record ContainerTerminated
{
    public int ExitCode { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Invented by the kubelet for a container that it knows nothing of: the exit code is none.</summary>
    [JsonIgnore]
    public bool IsInvented => Reason == "ContainerStatusUnknown";

    /// <summary>A container that could not be started has the beginning of 1970 for its start.</summary>
    [JsonIgnore]
    public bool HasRun => StartedAt is { Year: > 1970 };
}
