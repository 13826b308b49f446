using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HTCondor.Net.EventLogs;

/// <summary>
/// A position in a log: the file, and the offset in it. The file is identified by its content, not by its name or inode: names change
/// when logs are rotated, and inodes are reused. Store it as the string that <see cref="ToString"/> returns.
/// </summary>
public sealed record JobEventPosition
{
    private const string Format = "1";
    private const int MaxFinished = 16;

    /// <summary>The byte behind the last event that was delivered.</summary>
    public long Offset { get; internal init; }

    internal LogMark Head { get; init; } = LogMark.Nothing;

    /// <summary>The mark of the bytes before <see cref="Offset"/>.</summary>
    internal LogMark Tail { get; init; } = LogMark.Nothing;

    /// <summary>The rotated files that were read to their ends, the newest last.</summary>
    internal IReadOnlyList<FinishedLog> Finished { get; init; } = [];

    /// <summary>Formats the position as one line without spaces.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Format}:{Offset}:{Head}:{Tail}:{string.Join(',', Finished)}");

    /// <summary>Reads what <see cref="ToString"/> made.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JobEventPosition? position)
    {
        position = null;
        if (text.Split(':') is not [Format, var offset, var head, var tail, var finished]
            || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            || !LogMark.TryParse(head, out LogMark? headMark)
            || !LogMark.TryParse(tail, out LogMark? tailMark))
            return false;
        var logs = new List<FinishedLog>();
        foreach (string one in finished.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!FinishedLog.TryParse(one, out FinishedLog? log))
                return false;
            logs.Add(log);
        }

        position = new JobEventPosition { Offset = number, Head = headMark, Tail = tailMark, Finished = logs };
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(JobEventPosition? other) => other is not null && other.ToString() == ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>The position at the beginning of the next file, after this one was read to its end.</summary>
    internal JobEventPosition Next(FinishedLog log) => new() { Finished = [.. Finished.Append(log).TakeLast(MaxFinished)] };

    /// <summary>The same position, after more was read of the newest rotated file.</summary>
    internal JobEventPosition WithLate(long end) => this with { Finished = [.. Finished.SkipLast(1), Finished[^1] with { End = end }] };
}
