using System.Text.RegularExpressions;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// What upstream's schema says about HTCondor's fields, whatever the backend (contract A.4). Empty texts skip the checks.
/// </summary>
internal static partial class HTCondorFields
{
    /// <summary>Null, or the problem with that field's text.</summary>
    public static string? Problem(string field, string value) => field switch
    {
        _ when value.Length == 0 => null,
        "htcondor_request_cpus" when !PositiveInteger.IsMatch(value) =>
            $"{field} must be a positive integer, got {PythonText.Represent(value)}.",
        "htcondor_request_memory" or "htcondor_request_disk" when !Quantity.IsMatch(value) =>
            $"{field}: Invalid HTCondor quantity {PythonText.Represent(value)}: "
                + "expected a positive integer with optional K/KB/M/MB/G/GB/T/TB suffix.",
        _ => null,
    };

    // As in Python, "$" lets one newline at the end pass.
    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PositiveInteger { get; }

    [GeneratedRegex(
        @"^[1-9][0-9]*\s*([KkMmGgTt][Bb]?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quantity { get; }
}
