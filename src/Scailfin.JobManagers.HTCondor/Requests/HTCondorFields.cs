using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.HTCondor.Requests;

/// <summary>The fields of a request that are HTCondor's, with the rules of upstream's schema (contract A.4).</summary>
public static partial class HTCondorFields
{
    internal const string MaxRuntime = "htcondor_max_runtime";
    internal const string AccountingGroup = "htcondor_accounting_group";
    internal const string Cpus = "htcondor_request_cpus";
    internal const string Memory = "htcondor_request_memory";
    internal const string Disk = "htcondor_request_disk";
    internal const string Requirements = "htcondor_requirements";

    private static readonly RequestFieldRule Amount = new(
        Quantity.IsMatch,
        "{0}: Invalid HTCondor quantity {1}: expected a positive integer with optional K/KB/M/MB/G/GB/T/TB suffix.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RequestField> All { get; } =
    [
        new(MaxRuntime, RequestFieldType.Text),
        new(AccountingGroup, RequestFieldType.Text),
        new(Cpus, RequestFieldType.Text)
        {
            Rule = new RequestFieldRule(PositiveInteger.IsMatch, "{0} must be a positive integer, got {1}."),
        },
        new(Memory, RequestFieldType.Text) { Rule = Amount },
        new(Disk, RequestFieldType.Text) { Rule = Amount },
        new(Requirements, RequestFieldType.Text),
        new("unpacked_img", RequestFieldType.Flag),
    ];

    // As in Python, "$" also matches before a newline at the end.
    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PositiveInteger { get; }

    [GeneratedRegex(
        @"^[1-9][0-9]*\s*([KkMmGgTt][Bb]?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quantity { get; }
}
