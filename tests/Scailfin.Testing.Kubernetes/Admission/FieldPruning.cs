using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>
/// Keeps what the schema knows, in the schema's order; empty lists, empty texts and nulls are left out as the real server leaves them out.
/// </summary>
internal sealed class FieldPruning
{
    private readonly List<string> _unknown = [];

    /// <summary>Paths of unknown fields, in the order of the document.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    public JsonObject Prune(string schema, JsonObject sent)
    {
        sent.Remove("kind");
        sent.Remove("apiVersion");
        return PruneObject(KubernetesSchema.Of(schema), sent, "");
    }

    private JsonObject PruneObject(SchemaObject schema, JsonObject sent, string path)
    {
        var known = new Dictionary<string, JsonNode>();
        foreach ((string name, JsonNode? value) in sent)
        {
            if (schema.Find(name) is not { } field)
                _unknown.Add(Join(path, name));
            else if (value is not null && PruneValue(field, value, Join(path, name)) is { } pruned)
                known[name] = pruned;
        }
        var kept = new JsonObject();
        foreach (SchemaField field in schema.Fields)
        {
            if (known.TryGetValue(field.Name, out JsonNode? value))
                kept[field.Name] = value;
        }
        return kept;
    }

    private JsonNode? PruneValue(SchemaField field, JsonNode value, string path)
    {
        if (field.IsList)
        {
            if (value is not JsonArray items)
                throw DecodingFailure.List(path, value);
            if (items.Count == 0 && !field.IsKeptEmpty)
                return null;
            return new JsonArray([.. items.Select((item, index) => item is null ? null : PruneScalar(field, item, $"{path}[{index}]"))]);
        }
        JsonNode? pruned = PruneScalar(field, value, path);
        return IsEmpty(pruned) && !field.IsKeptEmpty ? null : pruned;
    }

    private JsonNode? PruneScalar(SchemaField field, JsonNode value, string path)
    {
        if (field.Object is { } schema)
            return value is JsonObject json ? PruneObject(schema, json, path) : throw DecodingFailure.Object(path, value);
        DecodingFailure.CheckType(field.Type, path, value);
        return value.DeepClone();
    }

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonObject json => json.Count == 0,
        JsonValue text => text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Length == 0,
        _ => false,
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
