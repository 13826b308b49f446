using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>
/// One version of one object. Nothing in <see cref="Content"/> is changed after it was stored: take a <see cref="Copy"/>.
/// </summary>
public sealed class StoredObject
{
    private byte[]? _item;
    private byte[]? _served;
    private IReadOnlyDictionary<string, string>? _labels;

    internal StoredObject(ResourceType type, JsonObject content, long version)
    {
        Type = type;
        Content = content;
        Version = version;
        JsonObject metadata = Metadata;
        Namespace = metadata.Text("namespace") ?? "";
        Name = metadata.Text("name") ?? "";
        Uid = metadata.Text("uid") ?? "";
        IsBeingDeleted = metadata.ContainsKey("deletionTimestamp");
        Owner = (metadata["ownerReferences"] as JsonArray)?.Count > 0 ? metadata["ownerReferences"]![0].Text("uid") : null;
        HasFinalizers = metadata["finalizers"] is JsonArray { Count: > 0 };
    }

    public ResourceType Type { get; }

    /// <summary>Without kind and apiVersion, as in a list.</summary>
    public JsonObject Content { get; }

    public long Version { get; }
    public string Namespace { get; }
    public string Name { get; }
    public string Uid { get; }
    public bool IsBeingDeleted { get; }
    public bool HasFinalizers { get; }

    /// <summary>The uid of the first owner, if any.</summary>
    public string? Owner { get; }

    public JsonObject Metadata => (JsonObject)Content["metadata"]!;
    public JsonObject? Spec => Content["spec"] as JsonObject;
    public JsonObject? Status => Content["status"] as JsonObject;
    public string? Phase => Status.Text("phase");

    public IReadOnlyDictionary<string, string> Labels => _labels ??= ReadLabels();

    public JsonObject Copy() => (JsonObject)Content.DeepClone();

    internal (string, string) Key => (Namespace, Name);

    /// <summary>The object as an item of a list.</summary>
    internal byte[] ItemBytes => _item ??= WireJson.Bytes(Content);

    /// <summary>The object as an answer: with kind and apiVersion.</summary>
    internal byte[] WholeBytes => [.. Type.Prefix, .. ItemBytes.AsSpan(1)];

    /// <summary>What lists and watches have in the object's place: <see cref="ObjectStore.Spoilt"/>.</summary>
    internal Func<StoredObject, string?>? Spoilt { get; init; }

    /// <summary>The object as lists have it.</summary>
    internal byte[] ListedBytes => _served ??= Spoilt?.Invoke(this) is { } text ? Encoding.UTF8.GetBytes(text) : ItemBytes;

    /// <summary>The object as watches have it.</summary>
    internal byte[] WatchedBytes => ListedBytes is [(byte)'{', (byte)'"', ..] bytes ? [.. Type.Prefix, .. bytes.AsSpan(1)] : ListedBytes;

    /// <summary>The same content at another version, as a watch reports an object that was deleted or stopped matching.</summary>
    internal StoredObject At(long version)
    {
        JsonObject content = Copy();
        content["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(Type, content, version) { Spoilt = Spoilt };
    }

    private Dictionary<string, string> ReadLabels() =>
        Metadata["labels"] is JsonObject labels
            ? labels.ToDictionary(label => label.Key, label => label.Value is JsonValue value ? value.GetValue<string>() : "")
            : [];
}
