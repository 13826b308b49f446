using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>JSON as the API server writes it: compact, UTF-8, and <c>&lt; &gt; &amp;</c> escaped.</summary>
internal static class WireJson
{
    private static readonly JsonWriterOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("<>&"u8);

    public static byte[] Bytes(JsonNode? node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            if (node is null)
                writer.WriteNullValue();
            else
                node.WriteTo(writer);
        }
        return buffer.WrittenSpan.ContainsAny(Escaped) ? Escape(buffer.WrittenSpan) : buffer.WrittenSpan.ToArray();
    }

    /// <summary>A tree that is backed by one parsed document: cheap to clone, however large.</summary>
    public static JsonObject Frozen(JsonObject value) => Parsed(Bytes(value));

    public static JsonObject Parsed(ReadOnlyMemory<byte> bytes)
    {
        using JsonDocument document = JsonDocument.Parse(bytes);
        return JsonObject.Create(document.RootElement.Clone()) ?? throw new JsonException("Not a JSON object.");
    }

    private static byte[] Escape(ReadOnlySpan<byte> json)
    {
        var escaped = new ArrayBufferWriter<byte>(json.Length + 64);
        foreach (byte value in json)
        {
            switch (value)
            {
                case (byte)'<': escaped.Write("\\u003c"u8); break;
                case (byte)'>': escaped.Write("\\u003e"u8); break;
                case (byte)'&': escaped.Write("\\u0026"u8); break;
                default: escaped.Write([value]); break;
            }
        }
        return escaped.WrittenSpan.ToArray();
    }
}
