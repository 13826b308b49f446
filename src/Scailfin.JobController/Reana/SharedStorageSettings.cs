using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Reana;

/// <summary>REANA's shared storage of workspaces, and the other mounts of jobs (contract C.3).</summary>
internal sealed record SharedStorageSettings
{
    /// <summary>
    /// <c>REANA_STORAGE_BACKEND</c>: whether the shared volume is a claim; anything but <c>network</c> means a path of the node.
    /// </summary>
    public bool IsNetwork { get; init; }

    /// <summary><c>REANA_SHARED_PVC_NAME</c>.</summary>
    public required string ClaimName { get; init; }

    /// <summary><c>SHARED_VOLUME_PATH</c>.</summary>
    public string SharedVolumePath { get; init; } = "/var/reana";

    /// <summary><c>WORKSPACE_PATHS</c>: other places of workspaces.</summary>
    public IReadOnlyList<WorkspaceMount> WorkspacePaths { get; init; } = [];

    /// <summary><c>REANA_JOB_HOSTPATH_MOUNTS</c>.</summary>
    public IReadOnlyList<HostPathMount> HostPathMounts { get; init; } = [];

    /// <summary><c>K8S_CERN_EOS_AVAILABLE</c>: set to anything at all, <c>False</c> included.</summary>
    public bool HasEos { get; init; }

    public static SharedStorageSettings Read(SettingsReader reader, string componentPrefix, ServiceMode mode) => new()
    {
        IsNetwork = ReadBackend(reader, mode) == "network",
        ClaimName = reader.Text("REANA_SHARED_PVC_NAME", $"{componentPrefix}-shared-persistent-volume"),
        SharedVolumePath = reader.AbsolutePath("SHARED_VOLUME_PATH", "/var/reana"),
        WorkspacePaths = reader.Parsed(
            "WORKSPACE_PATHS",
            [],
            "a JSON object of absolute paths, node to pod, or a JSON list of 'node:pod'",
            WorkspaceMount.Parse,
            WorkspaceMount.Show),
        HostPathMounts = reader.Parsed(
            "REANA_JOB_HOSTPATH_MOUNTS",
            [],
            "a JSON list of objects with name, hostPath and, if wanted, mountPath (absolute paths)",
            HostPathMount.Parse,
            HostPathMount.Show),
        HasEos = reader.Optional("K8S_CERN_EOS_AVAILABLE") is not null,
    };

    /// <summary>Upstream takes any other word for <c>local</c> (contract C.3): a sidecar starts, and logs that.</summary>
    private static string ReadBackend(SettingsReader reader, ServiceMode mode)
    {
        const string Variable = "REANA_STORAGE_BACKEND";
        const string Local = "local";
        const string Network = "network";
        if (mode == ServiceMode.Standalone)
            return reader.Choice(Variable, Local, Local, Network);
        string value = reader.Text(Variable, Local);
        if (value is not (Local or Network))
            reader.Note($"{Variable} is '{SettingsReader.Printable(value)}', which is neither {Local} nor {Network}, and means {Local}");
        return value;
    }
}
