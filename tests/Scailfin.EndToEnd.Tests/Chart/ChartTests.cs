using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Chart;

/// <summary>The chart helm/scailfin, as helm renders it.</summary>
public sealed class ChartTests
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["v1 ConfigMap"] = typeof(V1ConfigMap),
        ["v1 PersistentVolumeClaim"] = typeof(V1PersistentVolumeClaim),
        ["v1 Pod"] = typeof(V1Pod),
        ["v1 Service"] = typeof(V1Service),
        ["v1 ServiceAccount"] = typeof(V1ServiceAccount),
        ["apps/v1 Deployment"] = typeof(V1Deployment),
        ["networking.k8s.io/v1 NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["rbac.authorization.k8s.io/v1 Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1 RoleBinding"] = typeof(V1RoleBinding),
    };

    public static TheoryData<string> Combinations { get; } = [.. Helm.Combinations.Keys];

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Lint_has_nothing_to_say(string combination)
    {
        CommandResult result = await Helm.LintAsync(Helm.Combinations[combination]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_object_has_only_fields_that_Kubernetes_knows(string combination)
    {
        foreach (JsonObject document in await Helm.RenderAsync(Helm.Combinations[combination]))
        {
            string kind = $"{document["apiVersion"]} {document["kind"]}";
            if (kind.StartsWith("monitoring.coreos.com/v1 ", StringComparison.Ordinal))
                continue; // The Prometheus operator's: Kubernetes has no type of it.
            Assert.NotNull(document.Deserialize(Types[kind], Strict));
        }
    }

    [Fact]
    public void A_field_that_Kubernetes_does_not_know_is_found() => Assert.Throws<JsonException>(
        () => JsonNode.Parse("""{"spec": {"replica": 1}}""").Deserialize<V1Deployment>(Strict));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_container_meets_the_restricted_standard(string combination)
    {
        foreach (JsonObject pod in Pods(await Helm.RenderAsync(Helm.Combinations[combination])))
        {
            Assert.True((bool?)pod["securityContext"]?["runAsNonRoot"]);
            Assert.Equal(1000, (long?)pod["securityContext"]?["runAsUser"]);
            Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]?["seccompProfile"]?["type"]);
            foreach (JsonNode? container in pod["containers"]!.AsArray().Concat(pod["initContainers"]?.AsArray() ?? []))
            {
                Assert.Equal(
                    """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true}""",
                    container!["securityContext"]!.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task Rendered_twice_it_is_the_same()
    {
        Assert.Equal(Text(await Helm.RenderAsync()), Text(await Helm.RenderAsync()));

        static string Text(IReadOnlyList<JsonObject> documents) => string.Join('\n', documents.Select(one => one.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task What_selects_pods_depends_on_the_releases_name_only(string combination)
    {
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync([.. Helm.Combinations[combination], "--set", "image.tag=9.9"]);
        const string Selector = """{"app.kubernetes.io/name":"scailfin","app.kubernetes.io/instance":"site"}""";
        Assert.Equal(Selector, Of("Deployment")["spec"]!["selector"]!["matchLabels"]!.ToJsonString());
        Assert.Equal(Selector, Of("Service")["spec"]!["selector"]!.ToJsonString());

        JsonObject Of(string kind) => documents.Single(one => (string?)one["kind"] == kind);
    }

    [Fact]
    public async Task The_pod_of_helm_test_is_not_one_of_the_Services()
    {
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync();
        Assert.NotEqual(
            (string?)documents.Single(one => (string?)one["kind"] == "Service")["spec"]!["selector"]!["app.kubernetes.io/name"],
            (string?)documents.Single(one => (string?)one["kind"] == "Pod")["metadata"]!["labels"]!["app.kubernetes.io/name"]);
    }

    [Theory]
    [InlineData("image.tags=1", "Additional property tags is not allowed")]
    [InlineData("backends=null", "backends is required")]
    [InlineData("backends.slurm.site=x", "kind is required")]
    [InlineData("service.port=0", "service.port: Must be greater than or equal to 1")]
    [InlineData("data.size=2 GB", "data.size: Does not match pattern")]
    [InlineData("metrics.serviceMonitor.enabled=true", "needs metrics.public=true, or metrics.serviceMonitor.tokenSecret")]
    [InlineData("jobs.namespace=runtime", "so workspaces.existingClaim must name a claim that exists in both namespaces")]
    public async Task A_value_that_cannot_work_is_refused_with_the_reason(string value, string reason) =>
        Assert.Contains(reason, await Helm.RefusalAsync("--set", value), StringComparison.Ordinal);

    [Fact]
    public void Every_value_has_a_comment()
    {
        string[] lines = File.ReadAllLines(Helm.In("helm/scailfin/values.yaml"));
        string[] bare =
        [
            .. Enumerable.Range(1, lines.Length - 1)
                .Where(index => lines[index].TrimStart() is [not '#' and not '-', ..] line && line.Contains(':', StringComparison.Ordinal))
                .Where(index => !lines[index - 1].TrimStart().StartsWith('#') && !IsPartOfCommented(lines, index))
                .Select(index => lines[index]),
        ];
        Assert.Empty(bare);
    }

    internal static IEnumerable<JsonObject> Pods(IReadOnlyList<JsonObject> documents) => documents
        .Where(one => (string?)one["kind"] is "Deployment" or "Pod")
        .Select(one => (one["spec"]!["template"]?["spec"] ?? one["spec"]!).AsObject());

    /// <summary>A default that is an object of Kubernetes, or a backend, has its comment above the whole.</summary>
    private static bool IsPartOfCommented(string[] lines, int index)
    {
        string[] whole = ["backends:", "resources:", "podSecurityContext:", "securityContext:"];
        string top = lines[..index].Last(line => line.Length > 0 && line[0] is not (' ' or '#'));
        return lines[index].StartsWith(' ') && whole.Contains(top);
    }
}
