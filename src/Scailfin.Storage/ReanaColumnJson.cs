using System.Text;
using System.Text.Json;

namespace Scailfin.Storage;

/// <summary>
/// JSON text as Python's <c>json.dumps</c> writes it, which is how REANA's rows look (contract G.2): separators <c>", "</c> and
/// <c>": "</c>, and everything outside printable ASCII escaped.
/// </summary>
internal static class ReanaColumnJson
{
    /// <summary>A JSON string.</summary>
    public static string Dump(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        Append(json, text);
        return json.ToString();
    }

    /// <summary>A JSON object. As in a Python dict, a name that comes again keeps its place and takes the later value.</summary>
    public static string Dump(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var unique = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in pairs)
            unique[name] = value;
        var json = new StringBuilder("{");
        foreach ((string name, string value) in unique)
        {
            if (json.Length > 1)
                json.Append(", ");
            Append(json, name);
            json.Append(": ");
            Append(json, value);
        }

        return json.Append('}').ToString();
    }

    /// <summary>
    /// The text in a column that holds a JSON string, or a JSON string that holds JSON text of a string; null and others give "".
    /// </summary>
    public static string ReadText(string? json)
    {
        if (Parse(json) is not { ValueKind: JsonValueKind.String } outer)
            return "";
        string text = outer.GetString()!;
        return text.StartsWith('"') && Parse(text) is { ValueKind: JsonValueKind.String } inner ? inner.GetString()! : text;
    }

    /// <summary>
    /// The pairs in a column that holds a JSON object, or a JSON string that holds the JSON text of one; others give none.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadPairs(string? json)
    {
        JsonElement? value = Parse(json);
        if (value is { ValueKind: JsonValueKind.String } outer)
            value = Parse(outer.GetString());
        return value is { ValueKind: JsonValueKind.Object } pairs
            ? [.. pairs.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.ToString()))]
            : [];
    }

    private static JsonElement? Parse(string? json)
    {
        if (json is null)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\n' => json.Append(@"\n"),
                '\r' => json.Append(@"\r"),
                '\t' => json.Append(@"\t"),
                '\f' => json.Append(@"\f"),
                '\b' => json.Append(@"\b"),
                >= ' ' and <= '~' => json.Append(character),
                _ => json.Append($"\\u{(int)character:x4}"),
            };
        }

        json.Append('"');
    }
}
