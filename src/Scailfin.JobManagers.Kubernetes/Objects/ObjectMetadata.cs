using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>
/// The fields of an object's metadata that are read. The rest is skipped while parsing: thousands of these stay in memory.
/// </summary>
internal sealed record ObjectMetadata
{
    public string Name { get; init; } = "";

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>The time by which the object is deleted: that of the request plus the grace period.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public long? DeletionGracePeriodSeconds { get; init; }

    public ObjectLabels? Labels { get; init; }

    public ObjectAnnotations? Annotations { get; init; }

    /// <summary>
    /// The version as a number, to decide which of two versions of an object is newer
    /// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); 0 if it is not a number.
    /// </summary>
    [JsonIgnore]
    public ulong Version => VersionOf(ResourceVersion);

    public static ulong VersionOf(string? version) => ulong.TryParse(version, out ulong number) ? number : 0;
}

internal sealed record ObjectLabels
{
    [JsonPropertyName("job-name")]
    public string? JobName { get; init; }

    [JsonPropertyName("reana-run-job-workflow-uuid")]
    public string? Workflow { get; init; }

    [JsonPropertyName("reana-run-batch-workflow-uuid")]
    public string? RunBatchWorkflow { get; init; }

    [JsonPropertyName("user-uuid")]
    public string? User { get; init; }
}

internal sealed record ObjectAnnotations
{
    [JsonPropertyName("scailfin/job")]
    public string? Job { get; init; }

    [JsonPropertyName("scailfin/stopped")]
    public string? Stopped { get; init; }

    [JsonPropertyName("secrets_types")]
    public string? SecretTypes { get; init; }
}

/// <summary>A condition of a pod or a Job.</summary>
internal sealed record ObjectCondition
{
    public string Type { get; init; } = "";

    public string Status { get; init; } = "";

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? LastTransitionTime { get; init; }

    [JsonIgnore]
    public bool IsTrue => Status == "True";
}
