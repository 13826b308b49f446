using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>Body to object: what is malformed or of the wrong type is 400, what is unknown is dropped with a warning.</summary>
internal static class ObjectDecoding
{
    public static DecodedObject Decode(ApiRequest request, byte[] body)
    {
        JsonObject sent = Parse(request, body);
        if (sent.Text("kind") is { } kind && kind != request.Type.Kind)
        {
            string version = sent.Text("apiVersion") ?? "";
            throw new ApiFailureException(ApiFailure.BadRequest(
                $"{kind} in version \"{version.Split('/')[^1]}\" cannot be handled as a {request.Type.Kind}: converting "
                    + $"({GoVersion(version)}.{kind}) to ({GoGroup(request.Type)}.{request.Type.Kind}): unknown conversion"));
        }
        var pruning = new FieldPruning();
        JsonObject content;
        try
        {
            content = pruning.Prune(request.Type.Kind, sent);
        }
        catch (DecodingFailureException wrong)
        {
            throw new ApiFailureException(ApiFailure.BadRequest(
                $"{request.Type.Kind} in version \"{request.Type.Version}\" cannot be handled as a {request.Type.Kind}: {wrong.Message}"));
        }
        content["metadata"] ??= new JsonObject();
        if (content["metadata"].Text("namespace") is { Length: > 0 } named && named != request.Namespace)
            throw new ApiFailureException(
                ApiFailure.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        IReadOnlyList<string> problems = [.. DuplicateFields.Find(body), .. pruning.Unknown.Select(path => $"unknown field \"{path}\"")];
        switch (request.Query.GetValueOrDefault("fieldValidation"))
        {
            case "Ignore":
                return new DecodedObject(content, []);
            case "Strict" when problems.Count > 0:
                throw new ApiFailureException(ApiFailure.BadRequest(
                    $"{request.Type.Kind} in version \"{request.Type.Version}\" cannot be handled as a {request.Type.Kind}: strict "
                        + $"decoding error: {string.Join(", ", problems)}"));
            default:
                return new DecodedObject(content, problems);
        }
    }

    private static JsonObject Parse(ApiRequest request, byte[] body)
    {
        try
        {
            if (body.Length > 0
                && JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = true }) is JsonObject sent)
            {
                _ = sent.Count;
                return LastOnes(body);
            }
        }
        catch (JsonException)
        {
        }
        string shown = body.Length == 0 ? "<empty>" : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1024)));
        throw new ApiFailureException(ApiFailure.BadRequest(
            $"the object provided is unrecognized (must be of type {request.Type.Kind}): couldn't get version/kind; json parse error: "
                + $"unexpected end of JSON input ({shown})"));
    }

    /// <summary>Of a key that comes twice, the last one wins.</summary>
    private static JsonObject LastOnes(byte[] body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return (JsonObject)Tree(document.RootElement)!;
    }

    private static JsonNode? Tree(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var json = new JsonObject();
                foreach (JsonProperty property in element.EnumerateObject())
                    json[property.Name] = Tree(property.Value);
                return json;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Tree)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static string GoVersion(string apiVersion) => apiVersion.Split('/')[^1];

    private static string GoGroup(ResourceType type) => type.Group.Length == 0 ? "core" : type.Group.Split('.')[0];
}
