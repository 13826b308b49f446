using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>
/// Amounts of CPU and memory as REANA takes them (contract C.7), which is not quite what Kubernetes takes. All arithmetic is exact.
/// </summary>
public static partial class KubernetesQuantities
{
    /// <summary>The longest text that is parsed as a quantity.</summary>
    private const int Longest = 64;

    private const string Units = "KMGTPE";

    /// <summary>Whether it is a positive number of cores or, with <c>m</c>, a positive whole number of millicores.</summary>
    public static bool IsCpu(string text) => Millicores(text) is not null;

    /// <summary>Whether it is a number of bytes, or a number with one of the units.</summary>
    public static bool IsMemory(string text) => Bytes(text) is not null;

    /// <summary>Whole millicores, what is less is cut off; null for a wrong format.</summary>
    public static BigInteger? Millicores(string text)
    {
        Match match = Match(CpuFormat(), text);
        if (!match.Success)
            return null;
        if (match.Groups["milli"].Success)
            return BigInteger.Parse(match.Groups["milli"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        (BigInteger digits, BigInteger divisor) = Decimal(match.Groups["cores"].Value);
        return digits.IsZero ? null : digits * 1000 / divisor;
    }

    /// <summary>Bytes, exactly; null for a wrong format.</summary>
    public static MemoryAmount? Bytes(string text)
    {
        Match match = Match(MemoryFormat(), text);
        if (!match.Success)
            return null;
        if (!match.Groups["unit"].Success)
            return new MemoryAmount(
                BigInteger.Parse(match.Groups["bytes"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), BigInteger.One);
        int power = Units.IndexOf(match.Groups["unit"].Value, StringComparison.Ordinal) + 1;
        (BigInteger digits, BigInteger divisor) = Decimal(match.Groups["number"].Value);
        return new MemoryAmount(digits * BigInteger.Pow(match.Groups["binary"].Success ? 1024 : 1000, power), divisor);
    }

    /// <summary>Matches a value; one line end is tolerated, as in upstream's patterns.</summary>
    private static Match Match(Regex format, string text)
    {
        string line = text.EndsWith('\n') ? text[..^1] : text;
        return line.Length > Longest ? System.Text.RegularExpressions.Match.Empty : format.Match(line);
    }

    private static (BigInteger Digits, BigInteger Divisor) Decimal(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : text.Length - point - 1;
        string digits = text.Replace(".", "", StringComparison.Ordinal);
        return (BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), BigInteger.Pow(10, decimals));
    }

    [GeneratedRegex(
        @"\A((?<milli>[1-9][0-9]*)m|(?<cores>[0-9]+|[0-9]*\.[0-9]+))\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CpuFormat();

    [GeneratedRegex(
        @"\A((?<bytes>[0-9]+)|(?<number>[0-9]+|[0-9]*\.[0-9]+)(?<unit>[KMGTPE])(?<binary>i)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MemoryFormat();
}
