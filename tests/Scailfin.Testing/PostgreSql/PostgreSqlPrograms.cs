using Xunit;

namespace Scailfin.Testing.PostgreSql;

/// <summary>Where the programs of the server are: on <c>PATH</c>, or where Debian puts them.</summary>
public static class PostgreSqlPrograms
{
    /// <summary>The path of a program. Without it the test is skipped, but fails in CI, which has everything.</summary>
    public static string Find(string name)
    {
        IEnumerable<string> places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(["/usr/sbin", "/usr/local/sbin"])
            .Concat(Versions("/usr/lib/postgresql"));
        if (places.Where(place => place.Length > 0).Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) is { } path)
            return path;
        string problem = $"the program '{name}' is missing; Debian has it in postgresql or pgbouncer";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(problem);
        Assert.Skip(problem);
        return "";
    }

    /// <summary>
    /// Neither PostgreSQL nor pgbouncer runs as root: the words that start a program as somebody else, empty where we are not root.
    /// </summary>
    public static IReadOnlyList<string> AsOrdinaryUser() =>
        Environment.IsPrivilegedProcess ? [Find("setpriv"), $"--reuid={Account}", $"--regid={Group}", "--clear-groups", "--"] : [];

    /// <summary>Gives a directory to the account of <see cref="AsOrdinaryUser"/>.</summary>
    public static async Task GiveAwayAsync(string directory)
    {
        if (Environment.IsPrivilegedProcess)
            await ServerProcess.RunAsync([Find("chown"), "-R", $"{Account}:{Group}", directory]);
    }

    private static string Account => Knows("/etc/passwd", "postgres") ? "postgres" : "nobody";

    private static string Group => Knows("/etc/group", "postgres") ? "postgres" : "nogroup";

    private static bool Knows(string file, string name) =>
        File.ReadLines(file).Any(line => line.StartsWith(name + ":", StringComparison.Ordinal));

    /// <summary>The newest first.</summary>
    private static IEnumerable<string> Versions(string directory) => Directory.Exists(directory)
        ? Directory.GetDirectories(directory).OrderByDescending(path => int.TryParse(Path.GetFileName(path), out int version) ? version : 0)
            .Select(path => Path.Combine(path, "bin"))
        : [];
}
