using System.Text.Json;

namespace Scailfin.Testing.Reana;

/// <summary>
/// Validates JSON as far as REANA's document goes: references, types, closed objects, required keys, items; null is no value of any type.
/// A keyword that the document does not use is an error, so that none is skipped in silence.
/// </summary>
internal sealed class ReanaSchema(Func<string, JsonElement> definition)
{
    private const string Definitions = "#/definitions/";

    public IEnumerable<string> Problems(JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            return Problems(definition(reference.GetString()![Definitions.Length..]), value, where);
        if (schema.EnumerateObject().Select(keyword => keyword.Name).FirstOrDefault(name => !IsKnown(name)) is { } unknown)
            throw new ArgumentException($"The schema of {where} has the keyword '{unknown}', which this validation does not know.");
        if (schema.TryGetProperty("type", out JsonElement type) && !IsOf(type.GetString()!, value))
            return [$"{where} is not of type {type}: {value.GetRawText()}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectProblems(schema, value, where),
            JsonValueKind.Array when schema.TryGetProperty("items", out JsonElement items) =>
                value.EnumerateArray().SelectMany((item, index) => Problems(items, item, $"{where}[{index}]")),
            _ => [],
        };
    }

    private IEnumerable<string> ObjectProblems(JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
        {
            foreach (JsonElement name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
                yield return $"{where} has no {name}";
        }

        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out JsonElement inner))
            {
                foreach (string problem in Problems(inner, member.Value, $"{where}.{member.Name}"))
                    yield return problem;
            }
            else if (schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.False)
            {
                yield return $"{where} has the unexpected {member.Name}";
            }
        }
    }

    /// <summary>Whether it is enforced here, or says nothing about which values are valid.</summary>
    private static bool IsKnown(string keyword) =>
        keyword is "type" or "properties" or "required" or "additionalProperties" or "items" or "default";

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => throw new ArgumentException($"The type '{type}' is not one of the document's."),
    };
}
