using System.Globalization;
using System.Text.RegularExpressions;

namespace HTCondor.Net.Worker.Probing;

/// <summary>The versions whose binary interface is known: tested at both ends, and by their headers between.</summary>
internal static partial class TestedVersions
{
    public static Version First { get; } = new(23, 9);

    public static Version Last { get; } = new(25, 14);

    /// <summary>Checks the library's version: null if it may be used, else the reason.</summary>
    /// <param name="text">The text as <c>CondorVersion()</c> returns it: <c>$CondorVersion: 23.9.6 2024-08-08 BuildID: ... $</c>.</param>
    public static string? Problem(string text)
    {
        Match match = Numbers().Match(text);
        if (!match.Success)
            return $"The library's version is not understood: '{text}'.";
        var version = new Version(
            int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture));
        return version >= First && version <= Last ? null : $"HTCondor {version} is outside the tested range, {First} to {Last}.";
    }

    [GeneratedRegex(
        @"^\$CondorVersion: (?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})\.", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}
