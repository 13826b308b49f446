using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// A Job as it is sent: only the fields that this program sets
/// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/).
/// </summary>
internal sealed record JobManifest(ManifestMetadata Metadata, JobManifestSpec Spec)
{
    [JsonPropertyOrder(-2)]
    public string ApiVersion { get; } = "batch/v1";

    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "Job";
}

internal sealed record ManifestMetadata(string Name)
{
    public string? Namespace { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

internal sealed record JobManifestSpec(PodTemplate Template)
{
    /// <summary>0, so that Kubernetes never makes a second pod: the service decides about another attempt.</summary>
    public int BackoffLimit { get; }

    public int? TtlSecondsAfterFinished { get; init; }

    public bool? Suspend { get; init; }
}

internal sealed record PodTemplate(ManifestMetadata Metadata, PodManifest Spec);

internal sealed record PodManifest
{
    public bool AutomountServiceAccountToken { get; }

    public string RestartPolicy { get; } = "Never";

    public int TerminationGracePeriodSeconds { get; } = 5;

    public bool EnableServiceLinks { get; }

    public required long ActiveDeadlineSeconds { get; init; }

    public required PodSecurity SecurityContext { get; init; }

    public IReadOnlyList<NameOnly>? ImagePullSecrets { get; init; }

    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    public string? PriorityClassName { get; init; }

    public JsonElement? Tolerations { get; init; }

    public JsonElement? Affinity { get; init; }

    public IReadOnlyList<ContainerManifest>? InitContainers { get; init; }

    public required IReadOnlyList<ContainerManifest> Containers { get; init; }

    public required IReadOnlyList<VolumeManifest> Volumes { get; init; }
}

internal sealed record PodSecurity(long RunAsUser, long RunAsGroup, bool RunAsNonRoot);

internal sealed record NameOnly(string Name);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobManifest))]
[JsonSerializable(typeof(SecretManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
