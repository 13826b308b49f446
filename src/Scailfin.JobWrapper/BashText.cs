namespace Scailfin.JobWrapper;

/// <summary>Text for bash.</summary>
internal static class BashText
{
    /// <summary>Quotes a text as one word for bash; any text without NUL.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
