using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scailfin.EndToEnd.Tests.Chart;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Pipelines;

/// <summary>The files of .github/workflows, as far as they can be checked without their runner.</summary>
public sealed partial class PipelineTests
{
    private static readonly string Folder = RepositoryFile.Path(".github/workflows");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_script_is_clean_bash_and_names_files_that_exist(string file)
    {
        foreach (string script in Steps(file).Select(step => (string?)step["run"]).OfType<string>())
        {
            // GitHub's own expressions are not bash.
            string bash = Expression().Replace(script, "expression");
            CommandResult result = await BoundedProcess.RunAsync(
                ["shellcheck", "--shell=bash", "-"], $"set -eo pipefail\n{bash}", TimeSpan.FromMinutes(1));
            Assert.True(result.ExitCode == 0, $"{file}: {result.Output}");
            Assert.All(
                OwnPath().Matches(bash),
                path => Assert.True(Path.Exists(RepositoryFile.Path(path.Value)), $"{file} names {path.Value}"));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_action_is_pinned_to_a_commit_and_every_job_is_bounded_and_has_the_least_rights(string file)
    {
        JsonObject pipeline = Read(file);
        Assert.Empty(Assert.IsType<JsonObject>(pipeline["permissions"]));
        Assert.All(Jobs(pipeline), job => Assert.NotNull(job["timeout-minutes"]));
        Assert.All(
            Steps(file).Select(step => (string?)step["uses"]).OfType<string>(), action => Assert.Matches("^[^@]+@[0-9a-f]{40}$", action));
    }

    private static IEnumerable<JsonNode> Steps(string file) =>
        Jobs(Read(file)).SelectMany(job => (JsonArray)job["steps"]!).OfType<JsonNode>();

    private static IEnumerable<JsonNode> Jobs(JsonObject pipeline) => ((JsonObject)pipeline["jobs"]!).Select(job => job.Value!);

    private static JsonObject Read(string file) => Yaml.Read(File.ReadAllText(Path.Combine(Folder, file))).Single();

    [GeneratedRegex(@"\$\{\{.*?\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"(?<=^|[\s""/])(?:deploy|helm/scailfin|tests|\.ci)/[\w./-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnPath();
}
