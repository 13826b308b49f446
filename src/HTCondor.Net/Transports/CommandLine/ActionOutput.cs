using System.Globalization;
using System.Text.RegularExpressions;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>
/// Parses the output of condor_hold, condor_release, condor_rm and condor_vacate_job, one line for each named job. The sentences are those
/// of JobActionResults::getResultString in src/condor_daemon_client/dc_schedd.cpp.
/// </summary>
internal static partial class ActionOutput
{
    private static readonly (Regex Sentence, JobActionOutcome Outcome)[] Sentences =
    [
        (Done(), JobActionOutcome.Done),
        (NotFound(), JobActionOutcome.NotFound),
        (AlreadyDone(), JobActionOutcome.AlreadyDone),
        (BadStatus(), JobActionOutcome.BadStatus),
        (PermissionDenied(), JobActionOutcome.PermissionDenied),
    ];

    /// <summary>The jobs of which something is said.</summary>
    public static Dictionary<JobKey, JobActionOutcome> Read(string text)
    {
        var found = new Dictionary<JobKey, JobActionOutcome>();
        foreach ((Regex sentence, JobActionOutcome outcome) in Sentences)
        {
            foreach (Match line in sentence.Matches(text))
                found[new JobKey(Number(line.Groups["cluster"]), Number(line.Groups["proc"]))] = outcome;
        }

        return found;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    private const string Job = @"ob (?<cluster>\d{1,9})\.(?<proc>\d{1,9})";
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline;

    [GeneratedRegex(
        "^J" + Job + @" (marked for removal|removed locally.*|held|released|vacated|fast-vacated)\r?$",
        Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Done();

    [GeneratedRegex("^J" + Job + @" not found\r?$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotFound();

    [GeneratedRegex("^J" + Job + @" already .*$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AlreadyDone();

    [GeneratedRegex("^J" + Job + @" (not (held|in|running) .*|cannot be released again.*)$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BadStatus();

    [GeneratedRegex("^Permission denied to [a-z -]+ j" + Job + @"\r?$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PermissionDenied();
}
