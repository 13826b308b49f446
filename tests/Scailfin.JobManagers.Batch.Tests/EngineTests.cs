using System.Text.RegularExpressions;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>What makes the engine an engine.</summary>
public sealed partial class EngineTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void The_engine_names_no_scheduler()
    {
        string[] sources = Directory.GetFiles(Path.Combine(Root, "src/Scailfin.JobManagers.Batch"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        Assert.Empty(
            from file in sources
            where !file.Contains("/obj/", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where SchedulerName().IsMatch(line)
            select $"{Path.GetFileName(file)}: {line.Trim()}");
    }

    [Fact]
    public void A_scheduler_and_its_manager_are_no_more_than_150_lines()
    {
        string tests = Path.Combine(Root, "tests/Scailfin.JobManagers.Batch.Tests");
        int lines = Directory.GetFiles(tests, "Toy*.cs").Sum(file => File.ReadLines(file).Count());
        Assert.InRange(lines, 1, 150);
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Scailfin.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("condor|schedd|slurm|sbatch|pbs|lsf|qsub|classad", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SchedulerName();
}
