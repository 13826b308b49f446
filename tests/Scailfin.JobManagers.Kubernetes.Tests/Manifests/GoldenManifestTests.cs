using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Tests.Manifests;

/// <summary>
/// Golden/NAME/job.json is the Job of a scenario. With SCAILFIN_UPDATE_GOLDEN set to the folder of this project, it is written instead.
/// </summary>
public sealed class GoldenManifestTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string> Names => [.. ManifestScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_job_of_a_scenario_is_the_golden_one(string name)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        ManifestScenario scenario = ManifestScenarios.All[name];
        string job = Render(scenario);
        Assert.Equal(job, Render(scenario));
        if (Environment.GetEnvironmentVariable("SCAILFIN_UPDATE_GOLDEN") is { Length: > 0 } project)
        {
            Directory.CreateDirectory(Path.Combine(project, "Golden", name));
            await File.WriteAllTextAsync(Path.Combine(project, "Golden", name, "job.json"), job, cancellation);
            return;
        }

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", name, "job.json"), cancellation), job);
    }

    [Fact]
    public void Every_golden_job_has_its_scenario()
    {
        IEnumerable<string> folders =
            Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Golden")).Select(folder => Path.GetFileName(folder)!);
        Assert.Equal(ManifestScenarios.All.Keys.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    private static string Render(ManifestScenario scenario)
    {
        Attempt attempt = new(new JobId(Guid.Parse("5f0c7a52-6b1e-4a51-9f57-3c1d8a9b0e21")), 1, scenario.Spec);
        JobManifest job = new JobManifestBuilder(scenario.Options).Build(attempt, scenario.Secrets);
        JsonNode node = JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(job, ManifestJson.Default.JobManifest))!;
        return node.ToJsonString(Indented) + "\n";
    }
}

/// <summary>What goes into a manifest.</summary>
internal sealed record ManifestScenario(JobSpec Spec, KubernetesOptions Options, UserSecrets? Secrets);
