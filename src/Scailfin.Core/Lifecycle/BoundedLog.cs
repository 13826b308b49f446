using System.Globalization;

namespace Scailfin.Core.Lifecycle;

/// <summary>Keeps a job's log within its bound: the beginning and the end stay, because the reason is at the end.</summary>
internal static class BoundedLog
{
    /// <summary>The log, with its middle left out if it has more than <paramref name="bound"/> characters.</summary>
    public static string Of(string logs, int bound)
    {
        if (logs.Length <= bound)
            return logs;
        int half = bound / 2;
        int head = char.IsHighSurrogate(logs[half - 1]) ? half - 1 : half;
        int tail = char.IsLowSurrogate(logs[^half]) ? half - 1 : half;
        string left = (logs.Length - head - tail).ToString(CultureInfo.InvariantCulture);
        return $"{logs.AsSpan(0, head)}\n[... {left} characters are left out: a log is kept up to {bound} characters ...]\n"
            + $"{logs.AsSpan(logs.Length - tail)}";
    }
}
