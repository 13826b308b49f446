namespace Scailfin.JobWrapper;

/// <summary>Text for bash.</summary>
internal static class BashText
{
    /// <summary>One word, whatever it contains but NUL.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
