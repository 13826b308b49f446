using System.Text.Json;

namespace Scailfin.JobController.Settings;

/// <summary>Parses variables that hold JSON: null for a value that does not have the expected form.</summary>
internal static class ReanaJson
{
    public static T? Parse<T>(string text, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Parses all items; null if one cannot be parsed.</summary>
    public static List<T>? All<TItem, T>(IEnumerable<TItem> items, Func<TItem, T?> read)
        where T : class
    {
        var all = new List<T>();
        foreach (TItem item in items)
        {
            if (read(item) is not { } value)
                return null;
            all.Add(value);
        }

        return all;
    }

    public static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns a member that is a string.</summary>
    public static string? Member(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) ? Text(value) : null;
}
