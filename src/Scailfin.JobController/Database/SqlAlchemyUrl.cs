using System.Globalization;
using System.Text.RegularExpressions;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Database;

/// <summary>
/// The address of a database as SQLAlchemy and libpq write it: <c>dialect+driver://user:password@host:port/database?name=value</c>. User
/// and password are percent-decoded, and a plus sign in them is a plus sign; the database is taken as it is (contract F.3).
/// </summary>
internal sealed partial record SqlAlchemyUrl
{
    public required string Dialect { get; init; }

    /// <summary>The database driver of Python; not used here.</summary>
    public string? Driver { get; init; }

    public string? User { get; init; }

    public Secret? Password { get; init; }

    /// <summary>The host, without the brackets of an IPv6 address.</summary>
    public string? Host { get; init; }

    public int? Port { get; init; }

    public string? Database { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>
    /// Parses a database URL; null if it is not one. Nothing of the text may be shown: it may contain a password anywhere.
    /// </summary>
    public static SqlAlchemyUrl? Parse(string text)
    {
        Match match = Grammar().Match(text);
        if (!match.Success || !TryPort(Part(match, "port"), out int? port))
            return null;
        string[] name = match.Groups["name"].Value.Split('+', 2);
        return new SqlAlchemyUrl
        {
            Dialect = name[0],
            Driver = name.Length == 2 ? name[1] : null,
            User = Part(match, "user") is { } user ? Decode(user) : null,
            Password = match.Groups["password"].Success ? new Secret(Decode(match.Groups["password"].Value)) : null,
            Host = Part(match, "ipv6") ?? Part(match, "host"),
            Port = port,
            Database = Part(match, "database"),
            Query = [.. (Part(match, "query") ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)],
        };
    }

    /// <summary>Decodes percent-escapes as Python's <c>unquote</c>: other characters are copied.</summary>
    public static string Decode(string text) => Uri.UnescapeDataString(text);

    private static KeyValuePair<string, string> Pair(string text)
    {
        string[] parts = text.Replace('+', ' ').Split('=', 2);
        return KeyValuePair.Create(Decode(parts[0]), parts.Length == 2 ? Decode(parts[1]) : "");
    }

    private static bool TryPort(string? text, out int? port)
    {
        port = null;
        if (text is null)
            return true;
        bool isPort = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is > 0 and <= 65535;
        port = value;
        return isPort;
    }

    private static string? Part(Match match, string group) =>
        match.Groups[group] is { Success: true, Length: > 0 } found ? found.Value : null;

    // The parts of https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls. An @ after the host is refused: it belongs to a
    // password that was not escaped, which would be shown as a parameter.
    [GeneratedRegex(
        @"\A(?<name>[A-Za-z0-9_+]+)://((?<user>[^:/]*)(:(?<password>[^@]*))?@)?"
            + @"((\[(?<ipv6>[^/?@\]]+)\]|(?<host>[^/:?@\[\]]+))?(:(?<port>[^/?@]*))?)?"
            + @"(/(?<database>[^?@]*))?(\?(?<query>[^@]*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar();
}
