using Scailfin.JobController.Settings;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobController.Reana;

/// <summary>REANA's settings as the options of the Kubernetes backend.</summary>
internal static class KubernetesBackend
{
    /// <summary>Default options of the backend.</summary>
    public static KubernetesOptions Of(ReanaSettings? reana, ServiceMode mode)
    {
        if (reana is null)
            return new KubernetesOptions();
        return reana.Jobs.ToOptions() with
        {
            Namespace = reana.RuntimeNamespace,
            ComponentPrefix = reana.ComponentPrefix,
            NamingScheme = reana.NamingScheme,
            UserId = reana.UserId,
            OneWorkflow = mode == ServiceMode.Sidecar,
            Storage = Storage(reana),
            Authentication = new KubernetesAuthentication
            {
                KerberosImage = reana.Images.Kerberos,
                KerberosConfigMap = reana.Images.KerberosConfigMap,
                VomsProxyImage = reana.Images.VomsProxy,
                RucioImage = reana.Images.Rucio,
                Variables = reana.Images.Variables,
            },
        };
    }

    private static KubernetesStorage Storage(ReanaSettings reana) => new()
    {
        SharedClaim = reana.Storage.IsNetwork ? reana.Storage.ClaimName : null,
        SharedVolumePath = reana.Storage.SharedVolumePath,
        WorkspacePaths = [.. reana.Storage.WorkspacePaths.Select(mount => KeyValuePair.Create(mount.Node, mount.Pod))],
        HostPaths = [.. reana.Storage.HostPathMounts.Select(mount => new KubernetesHostPath(mount.Name, mount.HostPath, mount.MountPath))],
        HasEos = reana.Storage.HasEos,
        SecretMountPath = reana.SecretMountPath,
    };
}
