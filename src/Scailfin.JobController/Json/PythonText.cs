using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Scailfin.JobController.Json;

/// <summary>Values as upstream's messages show them: Python's <c>str</c> and <c>repr</c> of what was sent (contract A.4 and A.6).</summary>
internal static class PythonText
{
    /// <summary><c>str(value)</c>.</summary>
    public static string Show(JsonElement value) => value.ValueKind == JsonValueKind.String ? JsonText.Lenient(value) : Represent(value);

    /// <summary><c>repr(value)</c>.</summary>
    public static string Represent(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => PythonNumber.Show(value),
        JsonValueKind.String => Represent(JsonText.Lenient(value)),
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Represent))}]",
        JsonValueKind.Object =>
            $"{{{string.Join(", ", JsonText.Members(value).Select(member => $"{Represent(member.Key)}: {Represent(member.Value)}"))}}}",
        _ => "None",
    };

    /// <summary><c>repr(text)</c>: in single quotes unless only those occur in it.</summary>
    public static string Represent(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var shown = new StringBuilder().Append(quote);
        for (int index = 0; index < text.Length; index++)
        {
            if (Rune.TryGetRuneAt(text, index, out Rune rune))
            {
                Append(shown, rune, quote);
                index += rune.Utf16SequenceLength - 1;
            }
            else
            {
                shown.Append($"\\u{(int)text[index]:x4}");
            }
        }

        return shown.Append(quote).ToString();
    }

    private static void Append(StringBuilder shown, Rune rune, char quote)
    {
        if (rune.Value == quote || rune.Value == '\\')
            shown.Append('\\').Append(rune);
        else if (rune.Value is '\n' or '\r' or '\t')
            shown.Append('\\').Append(rune.Value switch { '\n' => 'n', '\r' => 'r', _ => 't' });
        else if (IsPrintable(rune))
            shown.Append(rune);
        else
            shown.Append(
                rune.Value switch { <= 0xff => $"\\x{rune.Value:x2}", <= 0xffff => $"\\u{rune.Value:x4}", _ => $"\\U{rune.Value:x8}" });
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
