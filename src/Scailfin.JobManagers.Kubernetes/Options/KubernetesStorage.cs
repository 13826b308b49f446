namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>The volumes that pods mount (contract C.3).</summary>
public sealed record KubernetesStorage
{
    /// <summary>
    /// The claim that holds the shared volume; null if it is a directory of the node, at <see cref="SharedVolumePath"/>.
    /// </summary>
    public string? SharedClaim { get; init; }

    /// <summary>The path of the shared volume, here and in pods.</summary>
    public string SharedVolumePath { get; init; } = "/var/reana";

    /// <summary>Directories of nodes that hold other workspaces: the path on the node, and the path in pods.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> WorkspacePaths { get; init; } = [];

    /// <summary>Directories of the node that every job gets.</summary>
    public IReadOnlyList<KubernetesHostPath> HostPaths { get; init; } = [];

    /// <summary>Whether nodes have EOS at <c>/var/eos</c>.</summary>
    public bool HasEos { get; init; }

    /// <summary>The path in jobs where secrets that are files are mounted.</summary>
    public string SecretMountPath { get; init; } = "/etc/reana/secrets";
}

/// <summary>A directory of the node that every job gets.</summary>
public sealed record KubernetesHostPath(string Name, string HostPath, string MountPath);
