using System.Text.Json;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>
/// Checks JSON against the definitions of REANA's published API, as far as they go: types, closed objects, required keys, no nulls.
/// </summary>
internal static class ClosedSchema
{
    private static readonly JsonElement Definitions = Read();

    public static IReadOnlyList<string> Problems(string definition, JsonElement value) =>
        [.. Problems(Definitions.GetProperty(definition), value, definition)];

    private static IEnumerable<string> Problems(JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("type", out JsonElement type) && !IsOf(type.GetString()!, value))
            return [$"{where} is no {type}: {value}"];
        return value.ValueKind == JsonValueKind.Object ? MemberProblems(schema, value, where) : [];
    }

    private static IEnumerable<string> MemberProblems(JsonElement schema, JsonElement value, string where)
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

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new ArgumentException(type),
    };

    private static JsonElement Read()
    {
        using Stream resource = typeof(ClosedSchema).Assembly.GetManifestResourceStream("definitions.json")!;
        return JsonDocument.Parse(resource).RootElement;
    }
}
