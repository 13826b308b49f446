using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>As much of namespaces and quotas as a test needs that brings its own: made, made podless, deleted.</summary>
internal sealed class NamespaceAnswers(NamespaceRules rules)
{
    public async Task<ApiAnswer?> AnswerAsync(HttpRequest request) =>
        (request.Method, request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
        {
            ("POST", ["api", "v1", "namespaces"]) => Create(await ReadAsync(request)),
            ("DELETE", ["api", "v1", "namespaces", var name]) => Delete(name),
            ("POST", ["api", "v1", "namespaces", var name, "resourcequotas"]) => Limit(name, await ReadAsync(request)),
            _ => null,
        };

    private ApiAnswer Create(JsonNode body)
    {
        rules.Add(body["metadata"].Text("name")!);
        return Answer(201, body);
    }

    private ApiAnswer Delete(string name)
    {
        rules.CheckExists(name);
        rules.Remove(name);
        return Answer(200, new JsonObject
        {
            ["kind"] = "Namespace",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["status"] = new JsonObject { ["phase"] = "Terminating" },
        });
    }

    private ApiAnswer Limit(string name, JsonNode body)
    {
        rules.CheckExists(name);
        if (body["spec"]?["hard"].Text("pods") == "0")
            rules.ForbidPods(name);
        return Answer(201, body);
    }

    private static ApiAnswer Answer(int code, JsonNode body) => new(code, WireJson.Bytes((JsonObject)body));

    private static async Task<JsonNode> ReadAsync(HttpRequest request) => (await JsonNode.ParseAsync(request.Body))!;
}
