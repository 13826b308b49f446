namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>The images that fetch a job's credentials, and what they need (contract C.9 to C.11).</summary>
public sealed record KubernetesAuthentication
{
    /// <summary>Has <c>kinit</c> and <c>inotifywait</c>.</summary>
    public string KerberosImage { get; init; } = "docker.io/reanahub/reana-auth-krb5:1.0.3";

    /// <summary>A ConfigMap with <c>krb5.conf</c>.</summary>
    public string KerberosConfigMap { get; init; } = "reana-krb5-conf";

    /// <summary>Has <c>voms-proxy-init</c>.</summary>
    public string VomsProxyImage { get; init; } = "docker.io/reanahub/reana-auth-vomsproxy:1.3.1";

    /// <summary>Has <c>j2</c> and the template of Rucio's configuration.</summary>
    public string RucioImage { get; init; } = "docker.io/reanahub/reana-auth-rucio:1.1.1";

    /// <summary>
    /// Variables of the service's own environment for the init containers for VOMS and Rucio, such as <c>RUCIO_RUCIO_HOST</c>, if the
    /// user has no secret of that name (contract C.10, C.11). Never a password.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Whether the renewer of Kerberos tickets is a sidecar that the kubelet ends by itself (Kubernetes 1.29 and newer).</summary>
    public bool NativeSidecars { get; init; }
}
