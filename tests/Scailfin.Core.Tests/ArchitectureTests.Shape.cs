using Scailfin.Core.Tests.Architecture;

namespace Scailfin.Core.Tests;

/// <content>How files, types and namespaces lie in a project. Each list of debts can only shrink: what is mended has to leave it.</content>
public sealed partial class ArchitectureTests
{
    private const int LongestFile = 300;
    private const int LongestType = 400;
    private const int LargestRoot = 10;

    /// <summary>How many namespaces are in circles.</summary>
    private static readonly Dictionary<string, int> CircleDebts = new()
    {
        // A published library: its namespaces are its interface (PublicApi.txt). A schedd takes job descriptions and chooses its transport.
        [Library] = 5,
    };

    /// <summary>How many files are in the root folder.</summary>
    private static readonly Dictionary<string, int> RootDebts = [];

    /// <summary>How many lines a type has in all its files.</summary>
    private static readonly Dictionary<string, int> TypeDebts = [];

    [Fact]
    public void Namespaces_of_a_project_form_no_circle()
    {
        var circles = Projects.Keys.ToDictionary(
            project => project,
            project => new NamespaceGraph(project, [.. Files(project)]).Circles().SelectMany(circle => circle).ToList());
        Assert.Empty(Offences(
            circles.ToDictionary(pair => pair.Key, pair => pair.Value.Count), 0, CircleDebts, name => string.Join(", ", circles[name])));
    }

    [Fact]
    public void The_root_folder_of_a_project_holds_at_most_10_files() =>
        Assert.Empty(Offences(
            Projects.Keys.ToDictionary(project => project, project => Directory.GetFiles(Folder(project), "*.cs").Length),
            LargestRoot,
            RootDebts,
            _ => "files in the root folder"));

    [Fact]
    public void No_type_has_more_than_400_lines_in_all_its_files() =>
        Assert.Empty(Offences(
            Projects.Keys.SelectMany(Files)
                .SelectMany(file => file.Types.Where(type => type.IsPartial)
                    .Select(type => (Name: $"{file.Namespace}.{type.Name}", file.Lines)))
                .GroupBy(type => type.Name, type => type.Lines).ToDictionary(type => type.Key, type => type.Sum()),
            LongestType,
            TypeDebts,
            _ => "lines"));

    [Fact]
    public void No_source_file_is_long()
    {
        List<string> files = [.. SourceFile.In(Path.Combine(Root, "src"))];
        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > LongestFile).Select(file => Path.GetRelativePath(Root, file)));
    }

    [Fact]
    public void Two_namespaces_that_know_each_other_are_a_circle()
    {
        string folder = Directory.CreateTempSubdirectory("scailfin-circle-").FullName;
        try
        {
            string parent = Path.Combine(folder, "Parent.cs"), child = Path.Combine(folder, "Child.cs");
            File.WriteAllText(parent, "using P.Child;\n\nnamespace P;\n\ninternal sealed class Outer(Inner inner);\n");
            File.WriteAllText(child, "namespace P.Child;\n\n// Outer\ninternal sealed record Inner(string Text = \"Outer\");\n");
            Assert.Empty(new NamespaceGraph("P", [SourceFile.Read(parent), SourceFile.Read(child)]).Circles());
            File.AppendAllText(child, "internal sealed record Other(Outer Outer);\n");
            Assert.Equal(
                ["P", "P.Child"], Assert.Single(new NamespaceGraph("P", [SourceFile.Read(parent), SourceFile.Read(child)]).Circles()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Folder(string project) => Path.Combine(Root, "src", project);

    private static IEnumerable<SourceFile> Files(string project) => SourceFile.In(Folder(project)).Select(SourceFile.Read);

    /// <summary>Says what is over its limit and no debt, and which debt is mended.</summary>
    private static IEnumerable<string> Offences(
        Dictionary<string, int> counts, int limit, Dictionary<string, int> debts, Func<string, string> what)
    {
        foreach ((string name, int count) in counts)
        {
            int allowed = debts.GetValueOrDefault(name, limit);
            if (count > allowed)
                yield return $"{name}: {count}, but at most {allowed}: {what(name)}";
        }

        foreach (string name in debts.Keys.Where(name => counts.GetValueOrDefault(name) <= limit))
            yield return $"{name} is mended: take it out of the list of debts";
    }
}
