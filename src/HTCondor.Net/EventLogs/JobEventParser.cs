using System.Globalization;
using System.Text.RegularExpressions;

namespace HTCondor.Net.EventLogs;

/// <summary>Reads an event's lines, the one that ends it left out.</summary>
internal static partial class JobEventParser
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFF",
    ];

    /// <summary>Whether an event begins with this line: then the one before it, if it was not ended, never will be.</summary>
    public static bool IsHeader(string line) => line.Length > 12 && line[3] == ' ' && line[4] == '(' && Header().IsMatch(line);

    public static JobEvent Parse(IReadOnlyList<string> lines, bool isCut)
    {
        Match header = lines.Count > 0 ? Header().Match(lines[0]) : Match.Empty;
        if (!header.Success
            || !int.TryParse(header.Groups["cluster"].ValueSpan, CultureInfo.InvariantCulture, out int cluster)
            || !int.TryParse(header.Groups["proc"].ValueSpan, CultureInfo.InvariantCulture, out int proc))
            return new JobEvent { Number = JobEvent.Unreadable, Body = lines, IsCut = isCut };
        int number = int.Parse(header.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        string time = header.Groups["time"].Value;
        string headline = header.Groups["rest"].Value;
        string[] body = [.. lines.Skip(1)];
        return new JobEvent
        {
            Number = number,
            Job = new JobKey(cluster, proc),
            TimeText = time,
            Time = ReadTime(time),
            Headline = headline,
            Body = body,
            Details = JobEventDetailsReader.Read(number, headline, body),
            IsCut = isCut,
        };
    }

    private static DateTime? ReadTime(string text)
    {
        bool isUtc = text.EndsWith('Z');
        return DateTime.TryParseExact(
            isUtc ? text[..^1] : text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? DateTime.SpecifyKind(time, isUtc ? DateTimeKind.Utc : DateTimeKind.Unspecified)
            : null;
    }

    // Matches, for example: 005 (123.000.000) 2026-11-24 21:03:11 Job terminated.   The date may also be 11/24.
    [GeneratedRegex(
        @"^(?<number>\d{3}) \((?<cluster>-?\d{1,10})\.(?<proc>-?\d{1,10})\.-?\d{1,10}\) "
            + @"(?<time>(\d\d/\d\d|\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d(\.\d{1,6})?Z?)( (?<rest>.*))?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
