using System.Text.RegularExpressions;

namespace Scailfin.JobController.Settings;

/// <summary>Finds variables that look like settings but are not: otherwise a misspelt setting would be silently ignored.</summary>
internal static partial class UnknownVariables
{
    public const string Ours = "SCAILFIN_";

    /// <summary>Variables of the tests and of the job wrapper that are not settings.</summary>
    private static readonly string[] Others =
        ["SCAILFIN_TEST_", "SCAILFIN_FAULT_", "SCAILFIN_PROGRAM", "SCAILFIN_ATTEMPT", "SCAILFIN_WRAPPER"];

    /// <summary>A problem for each, with the nearest known name.</summary>
    public static IEnumerable<string> Problems(IEnumerable<string> names, IReadOnlyCollection<string> known) =>
        from name in names
        where name.StartsWith(Ours, StringComparison.Ordinal)
            && !known.Contains(name)
            && !Others.Any(other => name.StartsWith(other, StringComparison.Ordinal))
            && !ServiceLink().IsMatch(name)
        orderby name
        let nearest =
            known.Where(candidate => candidate.StartsWith(Ours, StringComparison.Ordinal)).MinBy(candidate => Distance(name, candidate))
        select $"{name} is not known: did you mean {nearest}?";

    /// <summary>How many letters have to be put in, left out or replaced (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }

    // Kubernetes sets these variables in every pod of a namespace with a Service whose name begins with "scailfin":
    // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    [GeneratedRegex(
        @"\ASCAILFIN_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ServiceLink();
}
