using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Reana;

/// <summary>The images that fetch a job's credentials, and what they need (contract C.9 to C.11).</summary>
internal sealed record AuthenticationImages
{
    /// <summary><c>KRB5_CONTAINER_IMAGE</c>.</summary>
    public required string Kerberos { get; init; }

    /// <summary><c>REANA_KRB5_CONFIGMAP_NAME</c>.</summary>
    public required string KerberosConfigMap { get; init; }

    /// <summary><c>VOMSPROXY_CONTAINER_IMAGE</c>.</summary>
    public required string VomsProxy { get; init; }

    /// <summary><c>RUCIO_CONTAINER_IMAGE</c>.</summary>
    public required string Rucio { get; init; }

    /// <summary>Variables of the service's own environment that init containers get; no passwords.</summary>
    public static IReadOnlyList<string> Passed { get; } =
    [
        "VONAME", "VOMSPROXY_FILE", "RUCIO_USERNAME", "RUCIO_RUCIO_HOST", "RUCIO_AUTH_HOST",
    ];

    /// <summary>
    /// Variables of the service's own environment for the init containers, set by the operator, or by the user through REANA.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    public static AuthenticationImages Read(SettingsReader reader, string componentPrefix) => new()
    {
        Kerberos = reader.Text("KRB5_CONTAINER_IMAGE", "docker.io/reanahub/reana-auth-krb5:1.0.3"),
        KerberosConfigMap = reader.Text("REANA_KRB5_CONFIGMAP_NAME", $"{componentPrefix}-krb5-conf"),
        VomsProxy = reader.Text("VOMSPROXY_CONTAINER_IMAGE", "docker.io/reanahub/reana-auth-vomsproxy:1.3.1"),
        Variables = [.. Passed.Select(name => KeyValuePair.Create(name, reader.Secret(name)?.Reveal() ?? ""))
            .Where(pair => pair.Value.Length > 0)],
        Rucio = reader.Text("RUCIO_CONTAINER_IMAGE", "docker.io/reanahub/reana-auth-rucio:1.1.1"),
    };
}
