using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scailfin.EndToEnd.Tests.Chart;

/// <summary>
/// What Kubernetes refuses to change in an object that exists. An upgrade that changes such a field fails, and so does a rollback: these
/// fields are recorded in Immutable.txt, for all versions of the chart and all values that an upgrade may change.
/// </summary>
public sealed class ImmutableTests
{
    /// <summary>The fields of a StatefulSet's spec that may change; Kubernetes refuses every other.</summary>
    private static readonly string[] OfStatefulSet =
    [
        "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "replicas", "revisionHistoryLimit", "template",
        "updateStrategy",
    ];

    public static TheoryData<string> Combinations { get; } =
        [.. Helm.Combinations.Keys.Where(name => name != Helm.FirstInstallOnly)];

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task No_value_that_an_upgrade_may_change_reaches_an_immutable_field(string combination) =>
        Assert.Empty((await FieldsAsync(Helm.Chart, Helm.Combinations[combination])).Except(Recorded()));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task No_version_of_the_chart_or_of_an_image_reaches_an_immutable_field(string combination)
    {
        using ChartCopy chart = await ChartCopy.MakeAsync();
        await chart.ChangeAsync("Chart.yaml", text => Regex.Replace(
            text, "ersion: \"?0\\.1\\.0\"?", "ersion: \"9.9.9\"", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
        string rendered = await Helm.RenderTextAsync(chart.Folder, Helm.Combinations[combination]);
        Assert.Contains("helm.sh/chart: scailfin-9.9.9", rendered, StringComparison.Ordinal);
        Assert.Contains("app.kubernetes.io/version: \"9.9.9\"", rendered, StringComparison.Ordinal);
        string[] images = ["--set", "image.tag=9.9,database.bundled.image.tag=17.9"];
        Assert.Empty((await FieldsAsync(chart.Folder, [.. Helm.Combinations[combination], .. images])).Except(Recorded()));
    }

    [Fact]
    public async Task What_is_recorded_is_what_the_chart_has()
    {
        HashSet<string> all = [];
        foreach (string[] values in Helm.Combinations.Where(one => one.Key != Helm.FirstInstallOnly).Select(one => one.Value))
            all.UnionWith(await FieldsAsync(Helm.Chart, values));
        Assert.Equal(Recorded(), all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Values_for_the_first_install_only_do_reach_them() => Assert.NotEmpty(
        (await FieldsAsync(Helm.Chart, Helm.Combinations[Helm.FirstInstallOnly])).Except(Recorded()));

    /// <summary>Each as "KIND NAME FIELD VALUE".</summary>
    private static async Task<IReadOnlyList<string>> FieldsAsync(string chart, string[] values) =>
    [
        .. Yaml.Read(await Helm.RenderTextAsync(chart, values)).SelectMany(document => FieldsOf(document)
            .Where(field => field.Value is not null)
            .Select(field => $"{document["kind"]} {document["metadata"]!["name"]} {field.Key} {field.Value!.ToJsonString()}")),
    ];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> FieldsOf(JsonObject document)
    {
        JsonObject spec = document["spec"]?.AsObject() ?? [];
        return (string?)document["kind"] switch
        {
            "Deployment" => spec.Where(field => field.Key == "selector"),
            "StatefulSet" => spec.Where(field => !OfStatefulSet.Contains(field.Key)),
            // A claim may ask for more later.
            "PersistentVolumeClaim" => spec.Where(field => field.Key != "resources"),
            // A Service's selector may change, but the pods of the version before would be lost to it.
            "Service" => spec.Where(field => field.Key is "clusterIP" or "selector"),
            "RoleBinding" => document.Where(field => field.Key == "roleRef"),
            _ => [],
        };
    }

    private static string[] Recorded() =>
        File.ReadAllLines(RepositoryFile.Path("tests/Scailfin.EndToEnd.Tests/Chart/Immutable.txt"));
}
