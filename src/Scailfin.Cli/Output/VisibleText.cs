using System.Buffers;

namespace Scailfin.Cli.Output;

/// <summary>
/// The one rule for what a terminal may be sent of a text that somebody else wrote: line feeds, tabs and what can be seen. Other control
/// characters could move the cursor, rename the window or type commands, and direction overrides show a text in another order. They are
/// shown as <c>^[</c> and <c>&lt;U+202E&gt;</c>.
/// </summary>
internal static class VisibleText
{
    /// <summary>C0 without line feed and tab, DEL, C1, and the bidirectional formatting characters (UAX #9, section 2).</summary>
    private static readonly SearchValues<char> Hidden = SearchValues.Create(
    [
        .. Range('\u0000', '\u001f').Where(letter => letter is not ('\n' or '\t')), .. Range('\u007f', '\u009f'),
        '\u061c', '\u200e', '\u200f', .. Range('\u202a', '\u202e'), .. Range('\u2066', '\u2069'),
    ]);

    public static string Of(string text) =>
        text.AsSpan().ContainsAny(Hidden)
            ? string.Concat(text.Select(letter => Hidden.Contains(letter) ? Name(letter) : letter.ToString()))
            : text;

    /// <summary>Where the first character lies that is not shown as it is; -1 where none does.</summary>
    public static int IndexOfHidden(ReadOnlySpan<char> text) => text.IndexOfAny(Hidden);

    /// <summary>How such a character is shown: those of ASCII in caret notation, as <c>cat -v</c> does.</summary>
    public static string Name(char letter) => letter < '\u0080' ? $"^{(char)(letter ^ 0x40)}" : $"<U+{(int)letter:X4}>";

    private static IEnumerable<char> Range(char first, char last) =>
        Enumerable.Range(first, last - first + 1).Select(number => (char)number);
}
