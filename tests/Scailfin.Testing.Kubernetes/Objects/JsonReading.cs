using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>Reads from JSON that a client sent: what is not there, or is of another type, is null.</summary>
public static class JsonReading
{
    public static string? Text(this JsonNode? node, string name) =>
        node is JsonObject json && json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : null;

    public static long? Number(this JsonNode? node, string name) =>
        node is JsonObject json && json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? value.TryGetValue(out long number) ? number : value.TryGetValue(out int small) ? small : null
            : null;

    public static bool Flag(this JsonNode? node, string name) =>
        node is JsonObject json && json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Object(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonObject;

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonArray items ? items.OfType<JsonObject>() : [];
}
