using System.Globalization;

namespace HTCondor.Net.EventLogs;

/// <summary>Bodies as src/condor_utils/condor_event.cpp writes them (the functions formatBody).</summary>
internal static class JobEventDetailsReader
{
    public static JobEventDetails? Read(int number, string headline, string[] body) => number switch
    {
        0 => After(headline, "Job submitted from host: ") is { } host ? new SubmitDetails(host) : null,
        1 => After(headline, "Job executing on host: ") is { } host ? new ExecuteDetails(host, First(body, "SlotName: ")) : null,
        4 => Evicted(body),
        5 => Terminated(body),
        6 => Number(After(headline, "Image size of job updated: ")) is { } size
            ? new ImageSizeDetails(size, Measured(body, "MemoryUsage of job (MB)"), Measured(body, "ResidentSetSize of job (KB)"))
            : null,
        7 or 9 or 13 => new ReasonDetails(body.Length > 0 ? body[0].Trim() : ""),
        12 => Held(body),
        21 => new ReasonDetails(string.Join('\n', body.Select(line => line.Trim())).Trim()),
        27 => First(body, "GridResource: ") is { } resource && First(body, "GridJobId: ") is { } id
            ? new GridSubmitDetails(resource, id)
            : null,
        _ => null,
    };

    private static EvictedDetails Evicted(string[] body) => new(
        body.Any(line => line.TrimStart().StartsWith("(1) Job was checkpointed", StringComparison.Ordinal)),
        body.Any(line => line.Contains("Job terminated and was requeued", StringComparison.Ordinal)),
        First(body, "Reason: "));

    private static TerminatedDetails? Terminated(string[] body)
    {
        string first = body.Length > 0 ? body[0].Trim() : "";
        if (Between(first, "(1) Normal termination (return value ", ")") is { } code)
            return new TerminatedDetails(code, null);
        return Between(first, "(0) Abnormal termination (signal ", ")") is { } signal ? new TerminatedDetails(null, signal) : null;
    }

    /// <summary>The codes are in the last line: the reason may have several, and any text in them.</summary>
    private static HeldDetails? Held(string[] body)
    {
        string[] words = body.Length > 0 ? body[^1].Trim().Split(' ') : [];
        return words is ["Code", var code, "Subcode", var subcode]
            && int.TryParse(code, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(subcode, CultureInfo.InvariantCulture, out int sub)
            ? new HeldDetails(string.Join('\n', body[..^1].Select(line => line.Trim())), number, sub)
            : null;
    }

    private static string? After(string line, string begin) =>
        line.StartsWith(begin, StringComparison.Ordinal) ? line[begin.Length..].Trim() : null;

    private static string? First(string[] body, string begin) =>
        body.Select(line => After(line.TrimStart(), begin)).FirstOrDefault(found => found is not null);

    private static int? Between(string line, string begin, string end) =>
        After(line, begin) is { } rest && rest.EndsWith(end, StringComparison.Ordinal)
        && int.TryParse(rest.AsSpan(0, rest.Length - end.Length), CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static long? Measured(string[] body, string what) =>
        Number(body.FirstOrDefault(line => line.EndsWith("  -  " + what, StringComparison.Ordinal))?.Split("  -  ")[0]);

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;
}
