using System.Globalization;
using System.Text;

namespace Scailfin.JobController.Logging;

/// <summary>
/// Splits text into lines, for a log that other programs parse by lines. All characters that any of them takes for a line end end a line
/// here, so that no outside text can look like a line of this service; other control characters are escaped for terminals.
/// </summary>
internal static class PhysicalLines
{
    /// <summary>Splits text into at least one line; a line end at the end of the text begins no further line.</summary>
    public static List<string> Of(string text)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (EndsLine(text[i]))
            {
                if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
                lines.Add(line.ToString());
                line.Clear();
            }
            else if (char.IsControl(text[i]) && text[i] != '\t')
            {
                line.Append(CultureInfo.InvariantCulture, $"\\x{(int)text[i]:x2}");
            }
            else
            {
                line.Append(text[i]);
            }
        }

        if (line.Length > 0 || lines.Count == 0)
            lines.Add(line.ToString());
        return lines;
    }

    /// <summary>
    /// Whether a character ends a line for Python's <c>splitlines</c>, the widest rule among the programs that read logs.
    /// </summary>
    private static bool EndsLine(char letter) =>
        letter is '\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029';
}
