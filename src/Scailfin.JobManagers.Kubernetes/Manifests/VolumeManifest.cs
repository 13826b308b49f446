namespace Scailfin.JobManagers.Kubernetes.Manifests;

internal sealed record VolumeManifest(string Name)
{
    public SecretVolume? Secret { get; init; }

    public HostPathVolume? HostPath { get; init; }

    public ClaimVolume? PersistentVolumeClaim { get; init; }

    public EmptyDirectory? EmptyDir { get; init; }

    public ConfigMapVolume? ConfigMap { get; init; }
}

internal sealed record SecretVolume(string SecretName, IReadOnlyList<KeyPath>? Items);

internal sealed record KeyPath(string Key, string Path);

internal sealed record HostPathVolume(string Path);

internal sealed record ClaimVolume(string ClaimName)
{
    public bool? ReadOnly { get; init; }
}

internal sealed record EmptyDirectory;

internal sealed record ConfigMapVolume(string Name);

internal sealed record MountManifest(string Name, string MountPath)
{
    public string? SubPath { get; init; }

    public bool? ReadOnly { get; init; }

    public string? MountPropagation { get; init; }
}

/// <summary>The empty Secret that a user gets who has none yet (contract C.4).</summary>
internal sealed record SecretManifest(ManifestMetadata Metadata)
{
    public string ApiVersion { get; } = "v1";

    public string Kind { get; } = "Secret";
}
