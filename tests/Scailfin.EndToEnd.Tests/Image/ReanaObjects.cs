using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>What REANA makes in the cluster for a workflow: its run-batch Pod, and the Secret of its user (contract B.5, C.4).</summary>
internal static class ReanaObjects
{
    public const string UserSecrets = "reana-secretsstore-00000000-0000-0000-0000-000000000000";

    /// <summary>
    /// The user's secrets: those that REANA reads (contract F.1, last row but one), and some with the names of settings, which the operator
    /// has set, has left empty or does not know.
    /// </summary>
    public static IReadOnlyDictionary<string, string> UsersSecrets { get; } = new Dictionary<string, string>
    {
        ["CERN_USER"] = "alice",
        ["CERN_KEYTAB"] = ".keytab",
        ["VONAME"] = "atlas",
        ["VOMSPROXY_FILE"] = "proxy.pem",
        ["RUCIO_USERNAME"] = "alice",
        ["RUCIO_RUCIO_HOST"] = "https://rucio",
        ["RUCIO_AUTH_HOST"] = "https://auth",
        ["HELMHOLTZ_TOP"] = "token",
        ["REANA_SQLALCHEMY_DATABASE_URI"] = "postgresql://users:secret@nowhere/evil",
        ["REANA_RUNTIME_KUBERNETES_NAMESPACE"] = "evil",
        ["REANA_KUBERNETES_JOBS_MEMORY_LIMIT"] = "1Gi",
        ["REANA_KUBERNETES_JOBS_CPU_LIMIT"] = "9",
        ["IMAGE_PULL_SECRETS"] = "evil",
        ["K8S_CERN_EOS_AVAILABLE"] = "True",
        ["SCAILFIN_LISTEN"] = "http://127.0.0.1:1",
    };

    /// <summary>Creates the Secret and the Pod, whose container has the operator's variables and after them the user's.</summary>
    public static async Task CreateAsync(KubernetesApiServer cluster, string name, IReadOnlyDictionary<string, string> variables)
    {
        var environment = new JsonArray();
        foreach ((string variable, string value) in variables)
        {
            var entry = new JsonObject { ["name"] = variable };
            if (value.Length > 0)
                entry["value"] = value;
            environment.Add(entry);
        }

        var types = new JsonObject();
        var data = new JsonObject();
        foreach ((string secret, string value) in UsersSecrets)
        {
            types[secret] = "env";
            data[secret] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
            environment.Add(new JsonObject
            {
                ["name"] = secret,
                ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = UserSecrets, ["key"] = secret } },
            });
        }

        await PostAsync(cluster, "api/v1/namespaces/default/secrets", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = UserSecrets,
                ["annotations"] = new JsonObject { ["secrets_types"] = types.ToJsonString() },
            },
            ["data"] = data,
        });
        await PostAsync(cluster, "api/v1/namespaces/default/pods", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["reana-run-batch-workflow-uuid"] = ReanaPod.Workflow },
            },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(
                    new JsonObject { ["name"] = "workflow-engine", ["image"] = "engine" },
                    new JsonObject { ["name"] = "job-controller", ["image"] = "controller", ["env"] = environment }),
            },
        });
    }

    /// <summary>Creates a Job of the workflow that no row names: left by a job controller that died.</summary>
    public static Task CreateOrphanAsync(KubernetesApiServer cluster, string name) => PostAsync(
        cluster,
        "apis/batch/v1/namespaces/default/jobs",
        JsonNode.Parse($$"""
            {
              "metadata": { "name": "{{name}}" },
              "spec": {
                "backoffLimit": 0,
                "template": {
                  "metadata": { "labels": { "reana-run-job-workflow-uuid": "{{ReanaPod.Workflow}}" } },
                  "spec": {
                    "restartPolicy": "Never",
                    "containers": [ { "name": "job", "image": "i", "command": ["bash", "-c"], "args": ["sleep infinity"] } ]
                  }
                }
              }
            }
            """)!.AsObject());

    private static async Task PostAsync(KubernetesApiServer cluster, string path, JsonObject content)
    {
        using X509Certificate2 authority = X509Certificate2.CreateFromPem(cluster.CertificateAuthority!);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
        using var body = new StringContent(content.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer =
            await http.PostAsync(new Uri(cluster.Url, path), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
