namespace HTCondor.Net.ClassAds;

/// <summary>Shortens what others said, for a message.</summary>
internal static class ShortText
{
    /// <summary>At most so many characters of a text; dots follow if it has more.</summary>
    public static string Of(string text, int longest = 500) => text.Length > longest ? text[..longest] + "..." : text;
}
