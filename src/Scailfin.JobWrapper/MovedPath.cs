namespace Scailfin.JobWrapper;

/// <summary>
/// Finds a path inside text, where it stands as itself or as the exact prefix of another: <c>/ws/a</c> holds <c>/ws</c>, <c>/ws2</c> and
/// <c>/x/ws</c> do not.
/// </summary>
internal static class MovedPath
{
    /// <summary>The text around each occurrence: one piece more than there are occurrences.</summary>
    public static IReadOnlyList<string> Split(string text, string path)
    {
        var pieces = new List<string>();
        int from = 0;
        for (int at = text.IndexOf(path, StringComparison.Ordinal); at >= 0; at = text.IndexOf(path, at + 1, StringComparison.Ordinal))
        {
            if (at < from
                || (at > 0 && IsPartOfName(text[at - 1], orSlash: true))
                || (at + path.Length < text.Length && IsPartOfName(text[at + path.Length], orSlash: false)))
                continue;
            pieces.Add(text[from..at]);
            from = at + path.Length;
        }

        pieces.Add(text[from..]);
        return pieces;
    }

    private static bool IsPartOfName(char letter, bool orSlash) =>
        char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || letter is '_' or '.' or '-' || (orSlash && letter is '/');
}
