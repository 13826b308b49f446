using System.Buffers;

namespace HTCondor.Net.Jobs;

/// <summary>Lists in one text, in HTCondor's "new" syntax of arguments and environments.</summary>
/// <remarks>
/// https://htcondor.readthedocs.io/en/latest/man-pages/condor_submit.html, "arguments" and "environment"; in an ad without the outer double
/// quotes.
/// </remarks>
internal static class JobTexts
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(" \t\v\f\r\n'");

    public static string Arguments(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted));

    public static string Environment(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Join(' ', variables.Select(variable => Quoted($"{variable.Key}={variable.Value}")));

    private static string Quoted(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAny(NeedQuotes) ? word : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
