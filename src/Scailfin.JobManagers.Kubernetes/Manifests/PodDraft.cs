using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>A pod in the making: each feature adds what it needs, in the order of contract C.</summary>
internal sealed class PodDraft(JobSpec spec, KubernetesOptions options, UserSecrets? secrets)
{
    public JobSpec Spec { get; } = spec;

    public KubernetesOptions Options { get; } = options;

    /// <summary>The secrets of the job's owner; null if there are none.</summary>
    public UserSecrets? Secrets { get; } = secrets;

    public long Uid { get; } = spec.BackendFields.Number(KubernetesFields.Uid) ?? options.DefaultUid;

    /// <summary>The argument of <c>bash -c</c>.</summary>
    public string Command { get; set; } = Dollars.Double(spec.Command);

    public List<EnvironmentEntry> Environment { get; } = [];

    public List<VolumeManifest> Volumes { get; } = [];

    /// <summary>Mounts of the step's container.</summary>
    public List<MountManifest> Mounts { get; } = [];

    public List<ContainerManifest> InitContainers { get; } = [];

    /// <summary>Beside the container that runs the step.</summary>
    public List<ContainerManifest> Companions { get; } = [];

    /// <summary>Adds a volume unless one of that name is there.</summary>
    public void AddVolume(VolumeManifest volume)
    {
        if (!Volumes.Exists(other => other.Name == volume.Name))
            Volumes.Add(volume);
    }
}
