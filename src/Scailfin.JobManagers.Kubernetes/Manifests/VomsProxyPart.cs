using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>A VOMS proxy that an init container makes of the user's certificate, or takes as a file (contract C.10).</summary>
internal static class VomsProxyPart
{
    private const string Cache = "voms-proxy-cache";
    private const string CachePath = "/vomsproxy_cache/";

    public static void Add(PodDraft draft)
    {
        if (!draft.Spec.BackendFields.IsSet(KubernetesFields.VomsProxy))
            return;
        draft.AddVolume(new VolumeManifest(Cache) { EmptyDir = new EmptyDirectory() });
        draft.Mounts.Add(new MountManifest(Cache, CachePath));
        draft.Environment.Add(new EnvironmentEntry("X509_USER_PROXY") { Value = "/vomsproxy_cache/x509up_proxy" });
        draft.InitContainers.Add(CredentialContainer.Of(
            draft, Names.VomsProxy, draft.Options.Authentication.VomsProxyImage, "voms-proxy.sh", Cache, CachePath));
    }
}
