using System.Globalization;
using System.Text.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>How JSON values become field values, with marshmallow's messages (contract A.4).</summary>
internal static class FieldCoercion
{
    private static readonly HashSet<string> True = Words("true", "t", "yes", "y", "on", "1");
    private static readonly HashSet<string> False = Words("false", "f", "no", "n", "off", "0");

    /// <summary>The value, or null with a message.</summary>
    public static (object? Value, string? Problem) Coerce(JsonElement element, FieldType type)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return (null, "Field may not be null.");
        return type switch
        {
            FieldType.Text => element.ValueKind == JsonValueKind.String ? (element.GetString(), null) : (null, "Not a valid string."),
            FieldType.Flag => Flag(element) is { } flag ? (flag, null) : (null, "Not a valid boolean."),
            FieldType.Number => Number(element) is { } number ? (number, null) : (null, "Not a valid integer."),
            _ => element.ValueKind == JsonValueKind.Object ? (element, null) : (null, "Not a valid mapping type."),
        };
    }

    /// <summary>A whole number: JSON numbers are truncated, numeric texts read, truth values refused.</summary>
    public static long? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetInt64(out long whole) => whole,
        JsonValueKind.Number when element.GetDouble() is var real && Math.Abs(real) < 1e18 => (long)real,
        JsonValueKind.String when long.TryParse(element.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) => whole,
        _ => null,
    };

    private static bool? Flag(JsonElement element)
    {
        string? word = element.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
        if (word is null)
            return null;
        return True.Contains(word) ? true : False.Contains(word) ? false : null;
    }

    /// <summary>In lower, Capitalised and UPPER case.</summary>
    private static HashSet<string> Words(params string[] words) =>
        [.. words.SelectMany(word => new[] { word, char.ToUpperInvariant(word[0]) + word[1..], word.ToUpperInvariant() })];
}
