using System.Text.RegularExpressions;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>
/// The errors of a message that Go programs put together by wrapping ("outer: inner: innermost"), outermost first. Quoted text (image
/// references, URLs, names) is taken out: it is the user's, and decides nothing.
/// </summary>
internal static class ErrorChain
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>A quoted string as Go's <c>%q</c> writes it.</summary>
    private static readonly Regex Quoted = new("""
        "([^"\\]|\\.)*"
        """, Options);

    /// <summary>gRPC writes "rpc error: code = CODE desc = MESSAGE": code and message are two errors of the chain.</summary>
    private static readonly Regex Rpc = new(@"\Acode = (?<code>\w+) desc = ", Options);

    public static IReadOnlyList<string> Of(string message) =>
        [.. Quoted.Replace(message, "\"\"").Split(": ", StringSplitOptions.TrimEntries).SelectMany(Parts)];

    /// <summary>A rule for a whole error of a chain.</summary>
    public static Regex Whole(string pattern) => new($@"\A({pattern})\z", Options);

    private static IEnumerable<string> Parts(string error) =>
        Rpc.Match(error) is { Success: true } rpc ? [$"code = {rpc.Groups["code"].Value}", error[rpc.Length..]] : [error];
}
