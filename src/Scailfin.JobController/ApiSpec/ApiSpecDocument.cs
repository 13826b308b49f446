using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.ApiSpec;

/// <summary>The document, in the form of every other answer: compact, keys in order (contract A.2).</summary>
internal static class ApiSpecDocument
{
    public static ReadOnlyMemory<byte> Read()
    {
        using Stream resource = typeof(ApiSpecDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        using JsonDocument document = JsonDocument.Parse(resource);
        return JsonAnswer.Write(json => WriteSorted(json, document.RootElement));
    }

    private static void WriteSorted(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    WriteSorted(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement member in value.EnumerateArray())
                    WriteSorted(json, member);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
