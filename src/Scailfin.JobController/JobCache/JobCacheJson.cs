using System.Text;
using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.JobCache;

/// <summary>
/// <c>json.dumps(json.loads(text))</c> as Python does both: the digests of the cache are taken over this text (contract C.14).
/// </summary>
internal static class JobCacheJson
{
    /// <summary>Appends the value, an object without its member <paramref name="without"/>.</summary>
    public static void Append(StringBuilder output, JsonElement value, string? without = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(output, value, without);
                break;
            case JsonValueKind.Array:
                AppendArray(output, value);
                break;
            case JsonValueKind.String:
                AppendText(output, JsonText.Lenient(value));
                break;
            case JsonValueKind.Number:
                AppendNumber(output, value);
                break;
            default:
                output.Append(value.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => "null" });
                break;
        }
    }

    private static void AppendObject(StringBuilder output, JsonElement value, string? without)
    {
        output.Append('{');
        string separator = "";
        foreach ((string name, JsonElement member) in JsonText.Members(value))
        {
            if (name == without)
                continue;
            output.Append(separator);
            AppendText(output, name);
            output.Append(": ");
            Append(output, member);
            separator = ", ";
        }

        output.Append('}');
    }

    private static void AppendArray(StringBuilder output, JsonElement value)
    {
        output.Append('[');
        string separator = "";
        foreach (JsonElement member in value.EnumerateArray())
        {
            output.Append(separator);
            Append(output, member);
            separator = ", ";
        }

        output.Append(']');
    }

    private static void AppendText(StringBuilder output, string text)
    {
        output.Append('"');
        PythonJsonEncoder.Append(output, text);
        output.Append('"');
    }

    /// <summary>Integers keep their digits; a float too large for Python's is written as infinity, which is Python's JSON only.</summary>
    private static void AppendNumber(StringBuilder output, JsonElement value) => output.Append(PythonNumber.Show(value) switch
    {
        "inf" => "Infinity",
        "-inf" => "-Infinity",
        "-0.0" when value.GetRawText() == PythonJsonReader.NotANumber => "NaN",
        string shown => shown,
    });
}
