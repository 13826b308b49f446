namespace Scailfin.JobWrapper;

/// <summary>Text for bash.</summary>
internal static class BashText
{
    /// <summary>Quotes a string as one word for bash; accepts any string without NUL.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
