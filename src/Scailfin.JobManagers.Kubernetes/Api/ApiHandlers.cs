using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Makes the transport: TLS as the configuration says, dead connections noticed, answers unpacked.</summary>
internal static class ApiHandlers
{
    public static SocketsHttpHandler Create(KubernetesClientConfiguration configuration) => new()
    {
        SslOptions = Tls(configuration),
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),

        // Connections are renewed, so that the replicas of an API server behind a load balancer share the requests.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    };

    private static SslClientAuthenticationOptions Tls(KubernetesClientConfiguration configuration)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = configuration.TlsServerName };
        if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

#pragma warning disable CA5359, MA0039 // Only if a kubeconfig sets insecure-skip-tls-verify.
        if (configuration.SkipTlsVerify)
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        if (ClientCertificate(configuration) is { } certificate)
            tls.ClientCertificates = [certificate];
        return tls;
    }

    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration configuration)
    {
        string? certificate = Pem(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
        string? key = Pem(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
        return certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);
    }

    private static string? Pem(string? data, string? path)
    {
        if (!string.IsNullOrEmpty(data))
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        return string.IsNullOrEmpty(path) ? null : File.ReadAllText(path);
    }
}
