using System.Text.RegularExpressions;
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

    private static IEnumerable<Match> Rows()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Scailfin.sln")))
            folder = folder.Parent;
        return File.ReadLines(Path.Combine(folder!.FullName, "docs", "configuration.md"))
            .Select(line => Row().Match(line))
            .Where(match => match.Success);
    }

    [GeneratedRegex(
        @"\A\| `(?<name>[A-Z0-9_]+)` \| (?<default>[^|]*) \|[^|]*\|[^|]*\|\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\A`(?<value>[^`{$]+)`(; sidecar.*)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainDefault();
}
