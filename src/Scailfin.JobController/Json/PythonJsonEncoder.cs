using System.Text;
using System.Text.Encodings.Web;

namespace Scailfin.JobController.Json;

/// <summary>
/// Escapes as Python's <c>json.dumps</c> does (contract A.2): what is outside of printable ASCII as <c>\uhhhh</c> in lower case (0x7f,
/// too), and of that only the quote and the backslash. The encoders of the framework also escape <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>,
/// <c>'</c> and <c>+</c>.
/// </summary>
internal sealed class PythonJsonEncoder : JavaScriptEncoder
{
    private const int LongestEscape = 12;

    public static PythonJsonEncoder Instance { get; } = new();

    /// <summary>A character outside the BMP becomes two escapes.</summary>
    public override int MaxOutputCharactersPerInputCharacter => LongestEscape;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\' or > '~';

    /// <summary>Appends the string, escaped; a lone surrogate is kept, as in Python.</summary>
    public static void Append(StringBuilder output, string text)
    {
        Span<char> escape = stackalloc char[LongestEscape];
        foreach (char letter in text)
        {
            if (letter is >= ' ' and <= '~' and not ('"' or '\\'))
                output.Append(letter);
            else
                output.Append(escape[..Escape(letter, escape)]);
        }
    }

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int index = 0; index < textLength; index++)
        {
            if (WillEncode(text[index]))
                return index;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> escape = stackalloc char[LongestEscape];
        int length = Escape(unicodeScalar, escape);
        numberOfCharactersWritten = 0;
        if (length > bufferLength)
            return false;
        escape[..length].CopyTo(new Span<char>(buffer, bufferLength));
        numberOfCharactersWritten = length;
        return true;
    }

    private static int Escape(int scalar, Span<char> output)
    {
        if (scalar > char.MaxValue)
        {
            int offset = scalar - 0x10000;
            return Hexadecimal(0xd800 + (offset >> 10), output) + Hexadecimal(0xdc00 + (offset & 0x3ff), output[6..]);
        }

        char? letter = scalar switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => null,
        };
        if (letter is null)
            return Hexadecimal(scalar, output);
        output[0] = '\\';
        output[1] = letter.Value;
        return 2;
    }

    private static int Hexadecimal(int unit, Span<char> output)
    {
        output[0] = '\\';
        output[1] = 'u';
        for (int digit = 0; digit < 4; digit++)
            output[2 + digit] = "0123456789abcdef"[(unit >> (12 - (4 * digit))) & 0xf];
        return 6;
    }
}
