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
        ["apps/v1 StatefulSet"] = typeof(V1StatefulSet),
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
            Assert.True((long?)pod["securityContext"]?["runAsUser"] > 0);
            Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]?["seccompProfile"]?["type"]);
            foreach (JsonNode? container in pod["containers"]!.AsArray().Concat(pod["initContainers"]?.AsArray() ?? []))
            {
                Assert.Equal(
                    """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true}""",
                    container!["securityContext"]!.ToJsonString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Rendered_twice_it_is_the_same_byte_for_byte(string combination) => Assert.Equal(
        await Helm.RenderTextAsync(Helm.Chart, Helm.Combinations[combination]),
        await Helm.RenderTextAsync(Helm.Chart, Helm.Combinations[combination]));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task A_Service_selects_one_kind_of_pod_only(string combination)
    {
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync(Helm.Combinations[combination]);
        JsonObject[] pods = [.. documents.Select(LabelsOfPod).OfType<JsonObject>()];
        Assert.All(
            documents.Where(one => (string?)one["kind"] == "Service"),
            service => Assert.Single(pods, labels => Selects(service["spec"]!["selector"]!.AsObject(), labels)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_bundled_database_is_reached_by_the_service_alone_and_reaches_nothing(bool allPorts)
    {
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync(
            ["--set", Helm.Bundled, .. allPorts ? (string[])[] : ["--set", "networkPolicy.egressPorts={443}"]]);
        JsonObject service = LabelsOfPod(Of(documents, "Deployment", "site-scailfin"))!;
        JsonObject database = LabelsOfPod(Of(documents, "StatefulSet", "site-scailfin-db"))!;
        JsonNode ofDatabase = Of(documents, "NetworkPolicy", "site-scailfin-db")["spec"]!;
        Assert.True(Selects(ofDatabase["podSelector"]!["matchLabels"]!.AsObject(), database));
        Assert.Equal("""["Ingress","Egress"]""", ofDatabase["policyTypes"]!.ToJsonString());
        Assert.Null(ofDatabase["egress"]);
        JsonNode rule = Assert.Single(ofDatabase["ingress"]!.AsArray())!;
        Assert.Equal("""[{"port":5432,"protocol":"TCP"}]""", rule["ports"]!.ToJsonString());
        JsonObject peer = Assert.Single(rule["from"]!.AsArray())!["podSelector"]!["matchLabels"]!.AsObject();
        Assert.True(Selects(peer, service));
        Assert.False(Selects(peer, database));

        // The service may reach it, whatever ports are open to elsewhere.
        Assert.Contains(
            Of(documents, "NetworkPolicy", "site-scailfin")["spec"]!["egress"]!.AsArray(),
            egress => egress!["to"] is JsonArray to && Selects(to.Single()!["podSelector"]!["matchLabels"]!.AsObject(), database));
    }

    [Fact]
    public async Task The_chart_makes_no_Secret_and_names_the_command_that_makes_the_databases()
    {
        Assert.DoesNotContain(await Helm.RenderAsync("--set", Helm.Bundled), one => (string?)one["kind"] == "Secret");
        string notes = await Helm.NotesAsync("--set", Helm.Bundled);
        Assert.Contains(
            "\n  kubectl create secret generic pw -n scailfin --from-literal=password=\"$(openssl rand -hex 24)\"\n",
            notes,
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", await Helm.NotesAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pod_of_helm_test_is_not_one_of_the_Services()
    {
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync();
        Assert.NotEqual(
            (string?)Of(documents, "Service", "site-scailfin")["spec"]!["selector"]!["app.kubernetes.io/name"],
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
    [InlineData("database.bundled.enabled=true", "kubectl create secret generic site-scailfin-db -n default --from-literal=password=")]
    [InlineData(Helm.Bundled + ",database.existingSecret=url", "name two databases: set one of them")]
    [InlineData(Helm.Bundled + ",database.bundled.size=2 GB", "database.bundled.size: Does not match pattern")]
    [InlineData("database.bundled.password=x", "Additional property password is not allowed")]
    public async Task A_value_that_cannot_work_is_refused_with_the_reason(string value, string reason) =>
        Assert.Contains(reason, await Helm.RefusalAsync("--set", value), StringComparison.Ordinal);

    [Fact]
    public void Every_value_has_a_comment()
    {
        string[] lines = File.ReadAllLines(RepositoryFile.Path("helm/scailfin/values.yaml"));
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
        .Where(one => (string?)one["kind"] is "Deployment" or "StatefulSet" or "Pod")
        .Select(one => (one["spec"]!["template"]?["spec"] ?? one["spec"]!).AsObject());

    private static JsonObject Of(IReadOnlyList<JsonObject> documents, string kind, string name) =>
        documents.Single(one => (string?)one["kind"] == kind && (string?)one["metadata"]!["name"] == name);

    private static JsonObject? LabelsOfPod(JsonObject document) => (string?)document["kind"] switch
    {
        "Pod" => document["metadata"]!["labels"]!.AsObject(),
        "Deployment" or "StatefulSet" => document["spec"]!["template"]!["metadata"]!["labels"]!.AsObject(),
        _ => null,
    };

    private static bool Selects(JsonObject selector, JsonObject labels) =>
        selector.All(pair => (string?)labels[pair.Key] == (string?)pair.Value);

    /// <summary>A default that is an object of Kubernetes, or a backend, has its comment above the whole.</summary>
    private static bool IsPartOfCommented(string[] lines, int index)
    {
        string[] whole = ["backends:", "resources:", "podSecurityContext:", "securityContext:"];
        string top = lines[..index].Last(line => line.Length > 0 && line[0] is not (' ' or '#'));
        return lines[index].StartsWith(' ') && whole.Contains(top);
    }
}
