using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>CVMFS repositories, each at its usual path, from one claim that REANA made (contract C.3).</summary>
internal static class CvmfsPart
{
    private const string Volume = "cvmfs";

    public static void Add(PodDraft draft)
    {
        if (CvmfsRepositories.Parse(draft.Spec.CvmfsMounts) is not { Count: > 0 } repositories)
            return;
        draft.AddVolume(new VolumeManifest(Volume)
        {
            PersistentVolumeClaim = new ClaimVolume($"{draft.Options.ComponentPrefix}-cvmfs") { ReadOnly = true },
        });
        draft.Mounts.AddRange(repositories.Select(repository => new MountManifest(Volume, $"/cvmfs/{repository}")
        {
            SubPath = repository,
            ReadOnly = true,
            MountPropagation = "HostToContainer",
        }));
    }
}
