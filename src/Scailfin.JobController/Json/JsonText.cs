using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Scailfin.JobController.Json;

/// <summary>Reads JSON strings, which may hold what no store can keep: a NUL, or half a surrogate pair written as an escape.</summary>
internal static class JsonText
{
    private const string LoneSurrogate = "Not valid text: it contains a lone surrogate (half of a UTF-16 pair), which cannot be stored.";
    private const string Nul = "Not valid text: it contains the character NUL, which cannot be stored.";

    /// <summary>The value of a JSON string, or what is wrong with it.</summary>
    public static bool TryRead(JsonElement element, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        text = null;
        try
        {
            text = element.GetString()!;
            problem = text.Contains('\0') ? Nul : null;
        }
        catch (InvalidOperationException)
        {
            problem = LoneSurrogate;
        }

        return problem is null;
    }

    /// <summary>Whether a string has no lone surrogates.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
                continue;
            if (!char.IsSurrogatePair(text, index))
                return false;
            index++;
        }

        return true;
    }

    /// <summary>Reads a JSON string as Python does: lone surrogates stay.</summary>
    public static string Lenient(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(element.GetRawText().AsSpan()[1..^1]);
        }
    }

    /// <summary>
    /// The members of an object as Python's dict has them: of equal names the first one's place and the last one's value.
    /// </summary>
    public static OrderedDictionary<string, JsonElement> Members(JsonElement mapping)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty member in mapping.EnumerateObject())
            members[Name(member)] = member.Value;
        return members;
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member)));
        }
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (int index = 0; index < raw.Length; index++)
        {
            if (raw[index] != '\\')
            {
                text.Append(raw[index]);
                continue;
            }

            char letter = raw[++index];
            text.Append(letter switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)Convert.ToUInt16(raw.Slice(index + 1, 4).ToString(), 16),
                _ => letter,
            });
            if (letter == 'u')
                index += 4;
        }

        return text.ToString();
    }
}
