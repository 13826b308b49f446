using System.Text.Json;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Admission;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>PUT and PATCH.</summary>
internal sealed class ObjectUpdate(ObjectStore store)
{
    private static readonly string[] Kept =
    [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];
    private static readonly string[] PatchTypes =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ];

    public ApiAnswer Put(ApiRequest request, byte[] body)
    {
        DecodedObject decoded = ObjectDecoding.Decode(request, body);
        return Change(request, decoded.Warnings, (copy, current) =>
        {
            string? expected = decoded.Content["metadata"].Text("resourceVersion");
            if (expected is not null && expected != copy["metadata"].Text("resourceVersion"))
                throw new ApiFailureException(ApiFailure.Conflict(
                    request.Type,
                    current.Name,
                    "the object has been modified; please apply your changes to the latest version and try again"));
            Replace(copy, (JsonObject)decoded.Content.DeepClone(), request.Subresource);
        });
    }

    public ApiAnswer Patch(ApiRequest request, byte[] body, string contentType)
    {
        string type = contentType.Split(';')[0].Trim();
        if (!PatchTypes.Contains(type))
        {
            throw new ApiFailureException(new ApiFailure(415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", PatchTypes)));
        }
        JsonNode patch = Parse(body);
        return Change(request, [], (copy, current) =>
        {
            if (patch["metadata"].Text("resourceVersion") is { } expected && expected != copy["metadata"].Text("resourceVersion"))
                throw new ApiFailureException(ApiFailure.Conflict(
                    request.Type,
                    current.Name,
                    "the object has been modified; please apply your changes to the latest version and try again"));
            JsonObject patched = (JsonObject)copy.DeepClone();
            if (type == PatchTypes[0])
                JsonPatch.Apply(patched, (JsonArray)patch);
            else
                MergePatch.Apply(patched, (JsonObject)patch, strategic: type == PatchTypes[2]);
            Replace(copy, patched, request.Subresource);
        });
    }

    private ApiAnswer Change(ApiRequest request, IReadOnlyList<string> warnings, Action<JsonObject, StoredObject> change)
    {
        StoredObject? stored = store.Change(request.Type, request.Namespace!, request.Name!, null, (copy, current) =>
        {
            change(copy, current);
            if (request.Type == ResourceType.Jobs && !JsonNode.DeepEquals(copy["spec"]!["template"], current.Spec!["template"]))
                throw new ApiFailureException(Immutable(request, copy));
            if (JsonNode.DeepEquals(copy, current.Content))
                return ObjectStore.Outcome.Keep;
            if (current.Metadata.Number("generation") is { } generation && !JsonNode.DeepEquals(copy["spec"], current.Spec))
                copy["metadata"]!["generation"] = generation + 1;
            bool isFree = current.IsBeingDeleted && copy["metadata"]!["finalizers"] is not JsonArray { Count: > 0 };
            bool isOver = isFree && (copy["metadata"].Number("deletionGracePeriodSeconds") ?? 0) == 0;
            return isOver ? ObjectStore.Outcome.Remove : ObjectStore.Outcome.Store;
        });
        return stored is not null
            ? ApiAnswer.Of(200, stored) with { Warnings = warnings }
            : throw new ApiFailureException(ApiFailure.NotFound(request.Type, request.Name!));
    }

    /// <summary>
    /// A status subresource changes the status only; the object itself everything but the status and what the server owns.
    /// </summary>
    private static void Replace(JsonObject copy, JsonObject wanted, string? subresource)
    {
        if (subresource == "status")
        {
            copy["status"] = wanted["status"]?.DeepClone();
            return;
        }
        var metadata = (JsonObject)copy["metadata"]!;
        var fresh = new JsonObject();
        foreach (string name in Kept)
        {
            if (metadata[name] is { } value)
                fresh[name] = value.DeepClone();
        }
        foreach ((string name, JsonNode? value) in wanted["metadata"] as JsonObject ?? [])
        {
            if (!Kept.Contains(name) && value is not null and not JsonObject { Count: 0 } and not JsonArray { Count: 0 })
                fresh[name] = value.DeepClone();
        }
        copy["metadata"] = fresh;
        foreach (string name in copy.Select(pair => pair.Key).Where(name => name is not ("metadata" or "status")).ToList())
            copy.Remove(name);
        int at = 1;
        foreach ((string name, JsonNode? value) in wanted)
        {
            if (name is not ("metadata" or "status" or "kind" or "apiVersion"))
                copy.Insert(at++, name, value?.DeepClone());
        }
    }

    private static ApiFailure Immutable(ApiRequest request, JsonObject job)
    {
        var causes = new ValidationCauses();
        causes.Invalid("spec.template", GoDump.Of(job["spec"]!["template"]!), "field is immutable");
        return causes.Failure(request.Type, request.Name!);
    }

    private static JsonNode Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) ?? new JsonObject();
        }
        catch (JsonException malformed)
        {
            throw new ApiFailureException(ApiFailure.BadRequest($"error decoding patch: {malformed.Message}"));
        }
    }
}
