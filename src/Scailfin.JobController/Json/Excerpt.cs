namespace Scailfin.JobController.Json;

/// <summary>
/// Shortens what an answer quotes of a request: an answer of a few kB is enough to correct it, and one request must not cost many times its
/// own size.
/// </summary>
internal static class Excerpt
{
    /// <summary>Returns a text of about so many characters; a longer one loses its middle, because a message ends with the rule.</summary>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        int head = Whole(text, longest * 2 / 3), tail = Whole(text, text.Length - (longest / 3));
        return $"{text[..head]}... ({tail - head} more characters) ...{text[tail..]}";
    }

    /// <summary>Not between the two halves of a surrogate pair.</summary>
    private static int Whole(string text, int at) => char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;
}
