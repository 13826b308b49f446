using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>Directories of nodes, the workspace, the shared volume and EOS (contract C.3, in that order).</summary>
internal static class StoragePart
{
    private const string Shared = "reana-shared-volume";
    private const string Workspace = "reana-workspace-volume";
    private const string Eos = "eos";

    public static void Add(PodDraft draft)
    {
        KubernetesStorage storage = draft.Options.Storage;
        foreach (KubernetesHostPath path in storage.HostPaths)
        {
            draft.AddVolume(new VolumeManifest(path.Name) { HostPath = new HostPathVolume(path.HostPath) });
            draft.Mounts.Add(new MountManifest(path.Name, path.MountPath));
        }

        AddWorkspace(draft, storage);
        if (draft.Spec.SharedFileSystem)
            draft.AddVolume(SharedVolume(storage));
        if (!storage.HasEos)
            return;
        draft.AddVolume(new VolumeManifest(Eos) { HostPath = new HostPathVolume("/var/eos") });
        draft.Mounts.Add(new MountManifest(Eos, "/eos") { MountPropagation = "HostToContainer" });
    }

    /// <summary>
    /// A part of the shared volume or, outside of it, the node's directory. Upstream looks for the shared volume's path anywhere in the
    /// workspace's; here it has to be its beginning. The service lets only workspaces pass that lie under one of its roots.
    /// </summary>
    private static void AddWorkspace(PodDraft draft, KubernetesStorage storage)
    {
        string workspace = draft.Spec.WorkflowWorkspace;
        if (Below(workspace, storage.SharedVolumePath) is { } relative)
        {
            draft.AddVolume(SharedVolume(storage));
            draft.Mounts.Add(new MountManifest(Shared, workspace) { SubPath = relative.Length > 0 ? relative : null });
            return;
        }

        draft.AddVolume(new VolumeManifest(Workspace) { HostPath = new HostPathVolume(OnNode(workspace, storage)) });
        draft.Mounts.Add(new MountManifest(Workspace, workspace));
    }

    private static string OnNode(string workspace, KubernetesStorage storage)
    {
        foreach ((string node, string pod) in storage.WorkspacePaths)
        {
            if (Below(workspace, pod) is { } relative)
                return relative.Length > 0 ? $"{node.TrimEnd('/')}/{relative}" : node;
        }

        return workspace;
    }

    /// <summary>The part of a path below another path; null if it is not below it.</summary>
    private static string? Below(string path, string root)
    {
        root = root.TrimEnd('/');
        if (path.TrimEnd('/') == root)
            return "";
        return path.StartsWith(root + "/", StringComparison.Ordinal) ? path[(root.Length + 1)..] : null;
    }

    private static VolumeManifest SharedVolume(KubernetesStorage storage) => storage.SharedClaim is { } claim
        ? new VolumeManifest(Shared) { PersistentVolumeClaim = new ClaimVolume(claim) }
        : new VolumeManifest(Shared) { HostPath = new HostPathVolume(storage.SharedVolumePath) };
}
