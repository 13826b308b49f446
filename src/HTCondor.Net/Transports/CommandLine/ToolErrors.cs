using System.Globalization;
using System.Text.RegularExpressions;
using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>
/// Converts the tools' standard error to typed errors. The sentences are HTCondor's; real ones are kept in the tests (Recorded/).
/// </summary>
internal static partial class ToolErrors
{
    private const string Client = "CLIENT";
    private const string Tool = "TOOL";
    private const int TimedOut = 110; // ETIMEDOUT
    private const int TooBig = 27; // EFBIG
    private const int NotFound = 2; // ENOENT
    private const int Denied = 13; // EACCES
    private const int LostSession = 2004;
    private const int LongestText = 2000;

    /// <summary>Sentences that are more specific than the exit code, in the order in which they are looked for.</summary>
    private static readonly (string Sentence, Func<string, HTCondorError> Error)[] Sentences =
    [
        ("Collector has no record of schedd", text => new(Client, NotFound, text)),
        ("cannot get address of schedd", text => new(Client, NotFound, text)),
        ("Can't find address of schedd", text => new(Client, NotFound, text)),
        ("Can't find address of local schedd", text => new(Client, NotFound, text) { Retryable = true }),
        ("Unable to locate remote schedd", text => new(Client, NotFound, text)),
        ("Unable to locate local schedd", text => new(Client, NotFound, text) { Retryable = true }),
        // The tool prints this if it finds no address file of a schedd.
        (": (null)",
            text => new(Client, NotFound, $"No schedd was found on this host: none runs, or the configuration names another host. {text}")
            {
                Retryable = true,
            }),
        ("Couldn't contact the condor_collector", text => new(Client, 0, text) { Retryable = true }),
        ("unknown host", text => new(Client, NotFound, text)),
        ("Failed to commit job submission", text => new(Tool, 0, text) { Ambiguous = true }),
        ("Failed to connect to", text => new("CEDAR", 6001, text) { Retryable = true }),
        ("Can't connect to", text => new("CEDAR", 6001, text) { Retryable = true }),
        ("Permission denied", text => new("SCHEDD", Denied, text)),
        ("Unauthorized", text => new("SCHEDD", Denied, text)),
    ];

    /// <summary>Returns the error of a tool that failed.</summary>
    public static HTCondorError Of(ToolResult result)
    {
        string text = ShortText.Of(result.ErrorText.Length > 0 ? result.ErrorText : result.OutputText.Trim(), LongestText);
        if (text.Length == 0)
            text = $"{result.Tool} ended with exit code {result.ExitCode} and said nothing.";
        if (result.ExitCode is 126 or 127)
            return NotStarted(result.Tool, text);
        HTCondorError? found = Coded().Match(text) is { Success: true } coded
            ? OfCode(coded.Groups["subsystem"].Value, int.Parse(coded.Groups["code"].ValueSpan, CultureInfo.InvariantCulture), text)
            : null;
        // A known sentence in the tool's output tells whether the change may have been made (Ambiguous).
        HTCondorError? said = Sentences.FirstOrDefault(pair => text.Contains(pair.Sentence, StringComparison.Ordinal)).Error?.Invoke(text);
        HTCondorError error =
            found is null ? said ?? new HTCondorError(Tool, result.ExitCode, text) : found with { Ambiguous = said?.Ambiguous ?? false };
        return Limit().Match(
            text) is { Success: true } limit ? error with { Limit = limit.Groups["limit"].Value, Retryable = false } : error;
    }

    public static HTCondorError Refused(string problem) => new(Client, 0, $"The command line cannot carry this: {problem}.");

    public static HTCondorError NotStarted(string tool, string problem) => new(Client, NotFound, $"{tool} could not be started: {problem}");

    public static HTCondorError TooSlow(string tool, TimeSpan deadline, bool changes) =>
        new(Tool, TimedOut, $"{tool} did not end within {deadline.TotalSeconds} s and was killed.")
        {
            Ambiguous = changes,
            Retryable = !changes,
        };

    public static HTCondorError TooMuch(string tool, int most, bool changes) =>
        new(Tool, TooBig, $"{tool} printed more than {most} bytes and was killed.") { Ambiguous = changes };

    public static HTCondorError Unreadable(string tool, string problem, bool changed) =>
        new(Tool, 0, $"{tool} printed what is not understood: {problem}") { Ambiguous = changed };

    private static HTCondorError OfCode(string subsystem, int code, string text) => new(subsystem, code, text)
    {
        // The schedd is unreachable, or no longer has the session: the same call may succeed later.
        Retryable = (subsystem, code)
            is ("CEDAR", 6001 or 6002) or ("SECMAN", 2003 or LostSession or 2007 or 2011) or ("DCSchedd::actOnJobs", 6001),
    };

    // condor_submit prints: Number of submitted jobs would exceed MAX_JOBS_PER_OWNER
    [GeneratedRegex(
        @"^Number of submitted jobs would exceed (?<limit>MAX_JOBS_[A-Z_]+)\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Limit();

    // Matches the beginnings of, for example: SECMAN:2007:Failed to end classad message.   AUTHENTICATE:1003:Failed to authenticate
    [GeneratedRegex(
        @"(?<![\w:])(?<subsystem>[A-Za-z][A-Za-z_]*(::[A-Za-z_]+)?):(?<code>\d{1,6}):",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Coded();
}
