using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>Rucio's configuration, which an init container writes (contract C.11).</summary>
internal static class RucioPart
{
    private const string Cache = "rucio-cache";
    private const string CachePath = "/rucio_cache/";

    public static void Add(PodDraft draft)
    {
        if (!draft.Spec.BackendFields.IsSet(KubernetesFields.Rucio))
            return;
        draft.AddVolume(new VolumeManifest(Cache) { EmptyDir = new EmptyDirectory() });
        draft.Mounts.Add(new MountManifest(Cache, CachePath));
        draft.Environment.Add(new EnvironmentEntry("RUCIO_CONFIG") { Value = "/rucio_cache/rucio.cfg" });
        draft.InitContainers.Add(CredentialContainer.Of(
            draft, Names.Rucio, draft.Options.Authentication.RucioImage, "rucio.sh", Cache, CachePath));
    }
}
