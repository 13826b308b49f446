using System.Numerics;
using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>How JSON values become field values, with marshmallow's messages (contract A.4).</summary>
internal static class FieldCoercion
{
    private const string NotAString = "Not a valid string.";
    private const string NotAnInteger = "Not a valid integer.";
    private const string TooLarge = "Number too large.";

    private static readonly HashSet<string> True = Words("true", "t", "yes", "y", "on", "1");
    private static readonly HashSet<string> False = Words("false", "f", "no", "n", "off", "0");

    /// <summary>The value of a field, or null and a problem under its name.</summary>
    public static object? Coerce(string name, JsonElement element, RequestFieldType type, RequestProblems problems)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            problems.Add(name, "Field may not be null.");
            return null;
        }

        if (type == RequestFieldType.List)
            return List(name, element, problems);
        string? problem;
        object? value = type switch
        {
            RequestFieldType.Text => Text(element, out problem),
            RequestFieldType.Flag => Flag(element, out problem),
            RequestFieldType.Number => Number(element, out problem),
            _ => Mapping(element, out problem),
        };
        if (problem is not null)
            problems.Add(name, problem);
        return problem is null ? value : null;
    }

    /// <summary>As Python's <c>int()</c>, but no Booleans: truncates floats, parses numeric strings. Null, or the problem.</summary>
    public static string? Integer(JsonElement element, out BigInteger value)
    {
        value = default;
        switch (element.ValueKind)
        {
            case JsonValueKind.Number when element.TryGetInt64(out long whole):
                value = whole;
                return null;
            case JsonValueKind.Number when PythonNumber.IsInteger(element.GetRawText()):
            case JsonValueKind.String:
                return PythonNumber.TryParse(PythonText.Show(element), out value) ? null : NotAnInteger;
            case JsonValueKind.Number:
                double real = element.GetDouble();
                if (double.IsInfinity(real))
                    return TooLarge;
                value = new BigInteger(real);
                return null;
            default:
                return NotAnInteger;
        }
    }

    private static string? Text(JsonElement element, out string? problem)
    {
        problem = NotAString;
        return element.ValueKind == JsonValueKind.String && JsonText.TryRead(element, out string? text, out problem) ? text : null;
    }

    private static object? Number(JsonElement element, out string? problem)
    {
        problem = Integer(element, out BigInteger value);
        if (problem is null && (value < long.MinValue || value > long.MaxValue))
            problem = TooLarge;
        return problem is null ? (long)value : null;
    }

    private static object? Flag(JsonElement element, out string? problem)
    {
        bool? flag = element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when JsonText.Lenient(element) is var word =>
                True.Contains(word) ? true : False.Contains(word) ? false : null,
            JsonValueKind.Number => element.GetDouble() switch { 1 => true, 0 => false, _ => null },
            _ => null,
        };
        problem = flag is null ? "Not a valid boolean." : null;
        return flag;
    }

    private static object? Mapping(JsonElement element, out string? problem)
    {
        problem = element.ValueKind == JsonValueKind.Object ? null : "Not a valid mapping type.";
        return element;
    }

    private static List<string>? List(string name, JsonElement element, RequestProblems problems)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            problems.Add(name, "Not a valid list.");
            return null;
        }

        var values = new List<string>();
        int index = 0;
        foreach (JsonElement member in element.EnumerateArray())
        {
            string? problem = "Field may not be null.";
            if (member.ValueKind != JsonValueKind.Null && Text(member, out problem) is { } text)
                values.Add(text);
            else
                problems.AddMember(name, index, problem!);
            index++;
        }

        return values;
    }

    /// <summary>Returns the words in lower, Capitalised and UPPER case.</summary>
    private static HashSet<string> Words(params string[] words) =>
        [.. words.SelectMany(word => new[] { word, char.ToUpperInvariant(word[0]) + word[1..], word.ToUpperInvariant() })];
}
