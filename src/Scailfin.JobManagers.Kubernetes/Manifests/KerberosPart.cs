using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// A Kerberos ticket that is fetched before the step and renewed beside it (contract C.9). Keytab and user are named by reference, so that
/// Kubernetes puts their values in; they are the only words here that it is meant to expand.
/// </summary>
internal static class KerberosPart
{
    /// <summary>Secrets without which a job that uses Kerberos cannot be submitted, in the order in which they are checked.</summary>
    public static IReadOnlyList<string> Needed { get; } = ["CERN_KEYTAB", "CERN_USER"];

    private const string Cache = "krb5-cache";
    private const string CachePath = "/krb5_cache/";
    private const string Configuration = "krb5-conf";
    private const string StatusFile = "/krb5_cache/status_file";

    /// <summary>Upstream's scripts read secrets from this directory only.</summary>
    private const string KeytabPath = "/etc/reana/secrets/$(CERN_KEYTAB)";

    public static void Add(PodDraft draft)
    {
        if (!draft.Spec.BackendFields.IsSet(KubernetesFields.Kerberos) || draft.Secrets is not { } secrets)
            return;
        draft.AddVolume(new VolumeManifest(Cache) { EmptyDir = new EmptyDirectory() });
        draft.AddVolume(
            new VolumeManifest(Configuration) { ConfigMap = new ConfigMapVolume(draft.Options.Authentication.KerberosConfigMap) });
        MountManifest[] mounts =
        [
            .. UserSecretsPart.Mounts(draft),
            new MountManifest(Cache, CachePath),
            new MountManifest(Configuration, "/etc/krb5.conf") { SubPath = "krb5.conf" },
        ];
        draft.Mounts.AddRange(mounts.Skip(mounts.Length - 2));
        var ticket = new EnvironmentEntry("KRB5CCNAME") { Value = $"/krb5_cache/krb5_{draft.Uid}" };
        draft.Environment.Add(ticket);
        draft.Command = $"trap 'touch {StatusFile}' EXIT; {draft.Command}";

        var image = new ContainerManifest(Names.KerberosInit, draft.Options.Authentication.KerberosImage)
        {
            ImagePullPolicy = "IfNotPresent",
            Command = ["kinit", "-kt", KeytabPath, "$(CERN_USER)@CERN.CH"],
            Env = [ticket, .. Needed.Select(key => EnvironmentEntry.OfSecret(secrets.Name, key))],
            SecurityContext = Security(draft),
            VolumeMounts = mounts,
            TerminationMessagePolicy = "FallbackToLogsOnError",
        };
        draft.InitContainers.Add(image);
        ContainerManifest renewer = image with
        {
            Name = Names.KerberosRenew,
            Command = ["bash", "-c"],
            Args = [Dollars.Double(Script.Read("krb5-renew.sh"))],
            Env = [ticket],
            Lifecycle = new ContainerLifecycle(new LifecycleHandler(new ExecAction(["touch", StatusFile]))),
        };
        if (draft.Options.Authentication.NativeSidecars)
            draft.InitContainers.Add(renewer with { RestartPolicy = "Always" });
        else
            draft.Companions.Add(renewer);
    }

    /// <summary>The container's security context, as strict as in reana-commons 0.95.0a22.</summary>
    private static ContainerSecurity Security(PodDraft draft) => new()
    {
        RunAsUser = draft.Uid,
        RunAsGroup = draft.Options.DefaultGid,
        RunAsNonRoot = true,
        AllowPrivilegeEscalation = false,
        Capabilities = new DroppedCapabilities(["ALL"]),
        SeccompProfile = new SeccompProfile("RuntimeDefault"),
    };
}
