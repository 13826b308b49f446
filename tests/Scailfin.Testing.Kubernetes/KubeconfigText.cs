using System.Text;

namespace Scailfin.Testing.Kubernetes;

internal static class KubeconfigText
{
    public static string Of(Uri server, string? certificateAuthority, string token, string @namespace)
    {
        string trust = certificateAuthority is null
            ? ""
            : $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(certificateAuthority))}";
        return $"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
            - name: test
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}{trust}
            contexts:
            - name: test
              context:
                cluster: test
                user: test
                namespace: {@namespace}
            users:
            - name: test
              user:
                token: {token}

            """;
    }
}
