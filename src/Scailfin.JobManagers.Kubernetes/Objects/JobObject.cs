using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>The fields of a Job that are read.</summary>
internal sealed record JobObject : IWatchedObject
{
    public ObjectMetadata Metadata { get; init; } = new();

    public JobObjectSpec? Spec { get; init; }

    public JobObjectStatus? Status { get; init; }

    [JsonIgnore]
    public bool IsSuspended => Spec?.Suspend == true || Condition("Suspended") is not null;

    /// <summary>Whether Kubernetes may create further pods for the Job; never for a Job of this service.</summary>
    [JsonIgnore]
    public bool MayHaveMorePods => Spec is { BackoffLimit: > 0 } or { PodFailurePolicy: not null };

    /// <summary>The condition that is final: <c>Complete</c> or <c>Failed</c>.</summary>
    [JsonIgnore]
    public ObjectCondition? Outcome => Condition("Complete") ?? Condition("Failed");

    /// <summary>The condition that has decided the outcome though a pod may still be ending.</summary>
    [JsonIgnore]
    public ObjectCondition? Decision => Outcome ?? Condition("FailureTarget") ?? Condition("SuccessCriteriaMet");

    /// <summary><c>Active</c>, <c>Suspended</c>, <c>Complete</c> or <c>Failed</c>.</summary>
    [JsonIgnore]
    public string State => Outcome?.Type ?? (IsSuspended ? "Suspended" : "Active");

    /// <summary>
    /// The decision, if it names a cause: a policy or a deadline of the Job. <c>BackoffLimitExceeded</c> only says that a pod failed.
    /// https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/api/batch/v1/types.go (JobReason*).
    /// </summary>
    [JsonIgnore]
    public ObjectCondition? Cause =>
        Decision is { Type: "Failed" or "FailureTarget", Reason: not (null or "" or "BackoffLimitExceeded") } cause ? cause : null;

    [JsonIgnore]
    public string? Flaw => Flaws.Of(Metadata)
        ?? Flaws.OfDate("status.startTime", Status?.StartTime)
        ?? Flaws.OfDate("status.completionTime", Status?.CompletionTime)
        ?? Flaws.Of("status.conditions", Status?.Conditions);

    private ObjectCondition? Condition(string type) =>
        Status?.Conditions?.FirstOrDefault(condition => condition.Type == type && condition.IsTrue);
}

internal sealed record JobObjectSpec
{
    public bool? Suspend { get; init; }

    public int? BackoffLimit { get; init; }

    public PodFailurePolicy? PodFailurePolicy { get; init; }
}

/// <summary>The pod failure policy of a Job; only its presence is read.</summary>
internal sealed record PodFailurePolicy;

internal sealed record JobObjectStatus
{
    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? CompletionTime { get; init; }

    public IReadOnlyList<ObjectCondition>? Conditions { get; init; }
}
