using System.Text.RegularExpressions;

namespace Scailfin.Core.Tests.Architecture;

/// <summary>A C# file, as far as the tests of the architecture read it.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path, string text)
    {
        string code = NotCode().Replace(text, " ");
        Path = path;
        Lines = text.Split('\n').Length - (text.EndsWith('\n') ? 1 : 0);
        Namespace = NamespaceLine().Match(code) is { Success: true } match ? match.Groups["name"].Value : "";
        Usings = [.. UsingLine().Matches(code).Select(match => (match.Groups["name"].Value, match.Groups["global"].Success))];
        Types = [.. TypeLine().Matches(code).Select(match => (match.Groups["name"].Value, match.Groups["partial"].Success))];
        Words = Word().Matches(UsingLine().Replace(code, "")).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
    }

    public string Path { get; }

    public int Lines { get; }

    /// <summary>Empty where the file has none.</summary>
    public string Namespace { get; }

    /// <summary>What stands behind <c>using</c>; behind <c>using static</c> and an alias it is a type.</summary>
    public IReadOnlyList<(string Name, bool IsGlobal)> Usings { get; }

    /// <summary>Those that are in no other type.</summary>
    public IReadOnlyList<(string Name, bool IsPartial)> Types { get; }

    /// <summary>Every identifier outside comments and literals.</summary>
    public IReadOnlySet<string> Words { get; }

    public static SourceFile Read(string path) => new(path, File.ReadAllText(path));

    /// <summary>The C# files of a folder and those below it, without what was built.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Where(IsOurs);

    public static bool IsOurs(string path) => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts");

    [GeneratedRegex(
        """(?<quotes>"{3,}).*?\k<quotes>|//[^\n]*|/\*.*?\*/|\$?@"(""|[^"])*"|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'""",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NotCode();

    [GeneratedRegex(
        @"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?<global>global )?using (static )?(\w+ = )?(?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsingLine();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|ref|unsafe|(?<partial>partial)) )*"
            + @"(class|struct|interface|enum|record( class| struct)?|delegate [\w<>?]+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"[A-Za-z_]\w*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
