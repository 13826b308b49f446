using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HTCondor.Net.EventLogs;

/// <summary>A rotated file that was read to its end.</summary>
/// <param name="Head">The bytes by which the log is recognised.</param>
/// <param name="End">The number of bytes that were read.</param>
internal sealed record FinishedLog(LogMark Head, long End)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Head}@{End}");

    public static bool TryParse(string text, [NotNullWhen(true)] out FinishedLog? log)
    {
        log = text.Split('@') is [var head, var end]
            && LogMark.TryParse(head, out LogMark? mark)
            && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new FinishedLog(mark, number)
            : null;
        return log is not null;
    }
}
