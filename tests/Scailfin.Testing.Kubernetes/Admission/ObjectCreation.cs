using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>POST: decode, fill in, validate, store.</summary>
internal sealed class ObjectCreation(ObjectStore store, TimeProvider time, NamespaceRules namespaces)
{
    public ApiAnswer Create(ApiRequest request, byte[] body)
    {
        DecodedObject decoded = ObjectDecoding.Decode(request, body);
        namespaces.CheckExists(request.Namespace!);
        JsonObject content = decoded.Content;
        Prepare(request, content);
        ObjectDefaults.Apply(request.Type, content);
        ObjectValidation.Check(request.Type, content);
        string name = content["metadata"].Text("name")!;
        if (request.Query.GetValueOrDefault("dryRun") == "All")
            return ApiAnswer.Of(201, new StoredObject(request.Type, content, 0)) with { Warnings = decoded.Warnings };
        if (store.Find(request.Type, request.Namespace!, name) is { } existing)
            throw new ApiFailureException(Exists(existing));
        namespaces.Check(store, request.Type, request.Namespace!, name);
        StorageLimit.Check(request.Type, content, body.Length);
        SetVersionPlace(content);
        return store.Create(request.Type, FrozenSpec(content)) is { } stored
            ? ApiAnswer.Of(201, stored) with { Warnings = decoded.Warnings }
            : throw new ApiFailureException(ApiFailure.AlreadyExists(request.Type, name));
    }

    private static ApiFailure Exists(StoredObject existing) =>
        existing.IsBeingDeleted
            ? ApiFailure.IsBeingDeleted(existing.Type, existing.Name)
            : ApiFailure.AlreadyExists(existing.Type, existing.Name);

    private void Prepare(ApiRequest request, JsonObject content)
    {
        var sent = (JsonObject)content["metadata"]!;
        var metadata = new JsonObject();
        if (sent.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = sent.Text("name") ?? prefix + RandomName.Suffix();
            metadata["generateName"] = prefix;
        }
        else if (sent.Text("name") is { } name)
        {
            metadata["name"] = name;
        }
        metadata["namespace"] = request.Namespace;
        metadata["uid"] = Guid.NewGuid().ToString();
        if (request.Type == ResourceType.Jobs || request.Type == ResourceType.Pods)
            metadata["generation"] = 1;
        metadata["creationTimestamp"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        foreach (string kept in (string[])["labels", "annotations", "ownerReferences", "finalizers"])
        {
            if (sent[kept] is { } value)
                metadata[kept] = value.DeepClone();
        }
        content["metadata"] = metadata;
    }

    /// <summary>Where the real server writes it: after the uid.</summary>
    private static void SetVersionPlace(JsonObject content)
    {
        var metadata = (JsonObject)content["metadata"]!;
        metadata.Insert(metadata.IndexOf("uid") + 1, "resourceVersion", "0");
    }

    private static JsonObject FrozenSpec(JsonObject content)
    {
        if (content["spec"] is JsonObject spec)
            content["spec"] = WireJson.Frozen(spec);
        return content;
    }
}
