using System.Text.Json;

namespace Scailfin.Cli.Output;

internal static class Lines
{
    /// <summary>
    /// Line ends and tabs become spaces: a job's command must not break a row. Other control characters are a matter of
    /// <see cref="VisibleText"/>, and only at a terminal.
    /// </summary>
    public static string OneLine(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (int i = 0; i < source.Length; i++)
            target[i] = source[i] is '\n' or '\r' or '\t' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029' ? ' ' : source[i];
    }).Trim();

    /// <summary>A member as text: a string as it is, null or missing as nothing, anything else as JSON.</summary>
    public static string Text(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement value))
            return "";
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            _ => value.GetRawText(),
        };
    }

    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out JsonElement list)
            && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() ?? "" : item.GetRawText())]
            : [];

    /// <summary>The last lines of a log, and how many were left out before them.</summary>
    public static (IReadOnlyList<string> Last, int LeftOut) Tail(string text, int count)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        int leftOut = Math.Max(0, lines.Length - count);
        return (lines[leftOut..], leftOut);
    }
}
