using System.Text.RegularExpressions;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>docs/configuration.md against what the program reads.</summary>
public sealed partial class ReferenceTests
{
    [Theory]
    [InlineData("standalone")]
    [InlineData("sidecar")]
    public void Every_variable_is_in_the_reference_and_the_reference_has_no_others(string mode)
    {
        string[] known = [.. TestSettings.Report(ServiceStart.Modes[mode]).Effective.Select(setting => setting.Name)];
        Assert.Equal(known.Length, known.Distinct().Count());
        Assert.Equal(known.Order(), Rows().Select(row => row.Groups["name"].Value).Order());
    }

    [Fact]
    public void The_reference_has_the_defaults_that_a_standalone_service_has()
    {
        Dictionary<string, string?> values = TestSettings.Report(ServiceMode.Standalone).Effective.ToDictionary(
            setting => setting.Name, setting => setting.Value);
        foreach (Match row in Rows().Where(row => PlainDefault().IsMatch(row.Groups["default"].Value)))
            Assert.Equal(PlainDefault().Match(row.Groups["default"].Value).Groups["value"].Value, Shown(row.Groups["name"].Value));

        // The password's own default is shown as little as any other password.
        string? Shown(string name) => name == "REANA_DB_PASSWORD" ? "reana" : values[name];
    }

    [Fact]
    public void The_table_of_REANAs_page_has_the_reasons_of_the_variables_without_effect_and_known_variables_otherwise()
    {
        const string Nothing = "nothing: ";
        (string Name, string Text)[] rows =
        [
            .. Lines("operations/reana.md").Select(line => ReanaRow().Match(line)).Where(match => match.Success)
                .Select(match => (match.Groups["name"].Value, match.Groups["text"].Value)),
        ];
        Assert.Equal(
            WithoutEffect.Reasons.Select(pair => (pair.Key, pair.Value)),
            rows.Where(row => row.Text.StartsWith(Nothing, StringComparison.Ordinal))
                .Select(row => (row.Name, row.Text[Nothing.Length..])));
        string[] withEffect = [.. rows.Where(row => !row.Text.StartsWith(Nothing, StringComparison.Ordinal)).Select(row => row.Name)];
        Assert.NotEmpty(withEffect);
        Assert.Subset(
            TestSettings.Report(ServiceMode.Sidecar).Effective.Select(setting => setting.Name).ToHashSet(), withEffect.ToHashSet());
    }

    private static IEnumerable<Match> Rows() => Lines("configuration.md").Select(line => Row().Match(line)).Where(match => match.Success);

    private static IEnumerable<string> Lines(string page)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Scailfin.sln")))
            folder = folder.Parent;
        return File.ReadLines(Path.Combine(folder!.FullName, "docs", page));
    }

    [GeneratedRegex(@"\A\| `(?<name>[A-Z0-9_*]+)` \| (?<text>[^|]*) \|\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReanaRow();

    [GeneratedRegex(
        @"\A\| `(?<name>[A-Z0-9_]+)` \| (?<default>[^|]*) \|[^|]*\|[^|]*\|\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\A`(?<value>[^`{$]+)`(; sidecar.*)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainDefault();
}
