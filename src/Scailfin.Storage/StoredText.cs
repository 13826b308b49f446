using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Scailfin.Storage;

/// <summary>
/// Text as a column can hold it. PostgreSQL refuses the character NUL in any text, SQLite's functions end at it, and a lone surrogate is no
/// UTF-8; logs of steps contain both. Each becomes U+FFFD, the replacement character.
/// </summary>
internal static class StoredText
{
    private const char Replacement = '\uFFFD';

    /// <summary>NUL and everything that can be half of a pair.</summary>
    private static readonly SearchValues<char> Suspects =
        SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text)
    {
        if (text is null || text.AsSpan().IndexOfAny(Suspects) < 0)
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Replacement.ToString() : rune.ToString());
        return clean.ToString();
    }
}
