using System.Text.Json;
using System.Text.RegularExpressions;

namespace Scailfin.JobController.Json;

/// <summary>Reads what Python takes for JSON: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, too.</summary>
internal static partial class PythonJsonReader
{
    /// <summary>Stands for NaN: no client writes zero like this.</summary>
    public const string NotANumber = "-0.0e999999";

    /// <exception cref="JsonException">Python would not accept the text as JSON either.</exception>
    public static JsonDocument Parse(string text) =>
        JsonDocument.Parse(text.Contains('N') || text.Contains('I') ? TextOrName.Replace(text, match => Plain(match.Value)) : text);

    private static string Plain(string value) => value switch
    {
        "NaN" => NotANumber,
        "Infinity" => "1e999",
        "-Infinity" => "-1e999",
        _ => value,
    };

    // A string is matched as a whole, so that no text inside a string is changed.
    [GeneratedRegex(
        @"""(\\.|[^""\\])*""|(?<![\w.+-])(NaN|-?Infinity)(?![\w.+-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TextOrName { get; }
}
