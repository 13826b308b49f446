using System.Text.RegularExpressions;
using System.Xml.Linq;
using Scailfin.Core.Tests.Architecture;

namespace Scailfin.Core.Tests;

/// <summary>Who may know whom (design, section 2), read from the project files and the sources.</summary>
public sealed partial class ArchitectureTests
{
    private const int LongestLine = 140;
    private const string Core = "Scailfin.Core";
    private const string Wrapper = "Scailfin.JobWrapper";
    private const string Managers = "Scailfin.JobManagers.";
    private const string Batch = Managers + "Batch";
    private const string Workflows = "Scailfin.Workflows";
    private const string Service = "Scailfin.JobController";
    private const string Program = "Scailfin.Cli";
    private const string Library = "HTCondor.Net";

    private static readonly string Root = FindRoot();
    private static readonly Dictionary<string, string> Projects = Directory.GetDirectories(Path.Combine(Root, "src"))
        .Select(folder => Path.Combine(folder, $"{Path.GetFileName(folder)}.csproj")).Where(File.Exists)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file));

    [Fact]
    public void Every_project_knows_only_those_that_it_may_know()
    {
        Assert.Contains(Core, Projects.Keys);
        IEnumerable<string> offences =
            from project in Projects.Keys
            from other in Knows(project).Except(MayKnow(project))
            select $"{project} knows {other}";
        Assert.Empty(offences);
    }

    [Fact]
    public void Only_the_program_knows_the_service_and_only_tests_know_the_program()
    {
        Assert.Equal([Program], Projects.Keys.Where(project => Knows(project).Contains(Service)));
        Assert.DoesNotContain(Program, Projects.Keys.SelectMany(Knows));
    }

    [Fact]
    public void Core_needs_no_web_server_and_no_database()
    {
        Assert.Empty(Includes(Projects[Core], "FrameworkReference"));
        Assert.DoesNotContain("Sdk.Web", File.ReadAllText(Projects[Core]), StringComparison.Ordinal);
        Assert.All(
            Includes(Projects[Core], "PackageReference"),
            package => Assert.DoesNotMatch("AspNet|Sql|Npgsql|EntityFramework|Data", package));
    }

    [Fact]
    public void Core_names_no_backend()
    {
        IEnumerable<string> offences =
            from file in SourceFile.In(Path.Combine(Root, "src", Core))
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && BackendName().IsMatch(line)
            select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(offences);
    }

    [Fact]
    public void No_folder_has_a_name_that_says_nothing()
    {
        string[] vague = ["Controllers", "Services", "Models", "Helpers", "Utils", "Common"];
        IEnumerable<string> folders =
            Directory.GetDirectories(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories).Where(SourceFile.IsOurs);
        Assert.DoesNotContain(folders, folder => vague.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>A raw string literal of several lines is quoted text, such as a recording: it is as wide as it is.</summary>
    [Fact]
    public void No_line_is_wider_than_140_characters()
    {
        string[] files = [.. ((string[])["src", "tests", "bench"]).SelectMany(folder => SourceFile.In(Path.Combine(Root, folder)))];
        Assert.NotEmpty(files);
        IEnumerable<string> wide =
            from file in files
            from line in LinesOutsideRawStrings(File.ReadAllText(file))
            where line.Text.Length > LongestLine
            select $"{Path.GetRelativePath(Root, file)}:{line.Number} has {line.Text.Length} characters";
        Assert.Empty(wide);
    }

    [Fact]
    public void Every_job_manager_has_its_class_its_options_its_readme_and_the_contracts_tests()
    {
        var missing = new List<string>();
        foreach (string name in Projects.Keys.Where(name => name != Batch && name.StartsWith(Managers, StringComparison.Ordinal))
            .Select(name => name[Managers.Length..]))
        {
            string source = Path.Combine(Root, "src", Managers + name);
            if (IsRulesOnly(source, name))
                continue;
            if (!SourceFile.In(source).Any(file => Path.GetFileName(file) == $"{name}Options.cs"))
                missing.Add($"{name}Options.cs");
            string[] wanted =
            [
                Path.Combine(source, $"{name}JobManager.cs"),
                Path.Combine(source, "README.md"),
                Path.Combine(Root, "tests", $"{Managers}{name}.Tests", $"{name}JobManagerContractTests.cs"),
            ];
            missing.AddRange(wanted.Where(file => !File.Exists(file)).Select(file => Path.GetRelativePath(Root, file)));
        }

        Assert.Empty(missing);
    }

    /// <summary>A project that checks requests and has no manager yet; it has to say so where its reader looks first.</summary>
    private static bool IsRulesOnly(string source, string name)
    {
        string readme = Path.Combine(source, "README.md");
        return File.Exists(readme)
            && !File.Exists(Path.Combine(source, $"{name}JobManager.cs"))
            && File.ReadLines(readme).Skip(1).First(line => line.Length > 0).Contains("Rules only", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Knows(string project) => Includes(Projects[project], "ProjectReference").Select(NameOf);

    /// <summary>Returns the projects that a project may refer to: the service puts the parts together, the program starts it.</summary>
    private static IEnumerable<string> MayKnow(string project) => project switch
    {
        Program => Projects.Keys,
        Service => Projects.Keys.Except([Program]),
        Core => [],
        Wrapper => [Core],
        Library => [],
        Library + ".Worker" => [Library],
        Batch => [Core, Wrapper],
        Managers + "HTCondor" => [Core, Wrapper, Batch, Library],
        Managers + "Slurm" => [Core, Wrapper, Batch, "Scailfin.Ssh", Managers + "HTCondor"],
        Managers + "Local" => [Core, Wrapper, Batch],
        Workflows => [Core],
        _ when project.StartsWith(Managers, StringComparison.Ordinal) => [Core, Wrapper, "Scailfin.Ssh"],
        _ => [Core],
    };

    private static IEnumerable<string> Includes(string projectFile, string item) =>
        XDocument.Load(projectFile).Descendants(item).Select(element => element.Attribute("Include")!.Value);

    private static string NameOf(string reference) => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));

    private static IEnumerable<(int Number, string Text)> LinesOutsideRawStrings(string source)
    {
        int inside = 0;
        int number = 0;
        foreach (string line in source.Split('\n'))
        {
            number++;
            bool began = inside > 0;
            foreach (Match quotes in RawQuotes().Matches(line))
            {
                // A literal that begins and ends on one line has its quotes twice there.
                if (inside == 0)
                    inside = quotes.Length;
                else if (quotes.Length >= inside)
                    inside = 0;
            }

            if (!began)
                yield return (number, line);
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Scailfin.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Scailfin.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(
        @"\b(kubernetes|htcondor|slurm|podman|apptainer)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BackendName();

    [GeneratedRegex("\"{3,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RawQuotes();
}
