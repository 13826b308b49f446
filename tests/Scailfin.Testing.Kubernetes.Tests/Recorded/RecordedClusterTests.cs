using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

public sealed class RecordedClusterTests
{
    public static TheoryData<string> Scenarios => [.. RecordedCluster.Names];

    [Fact]
    public void All_56_scenarios_are_there() => Assert.Equal(56, RecordedCluster.Names.Count);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_object_of_a_scenario_is_whole_once_it_is_expanded(string scenario)
    {
        RecordedCluster recorded = RecordedCluster.Load(scenario);
        foreach (JsonObject subject in recorded.Lines.Where(line => line.Type == ResourceType.Pods || line.Type == ResourceType.Jobs)
            .Select(line => line.Object!))
        {
            Assert.NotEmpty(subject["spec"]!.AsObject());
            Assert.NotEmpty(subject["metadata"]!["labels"]!.AsObject());
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_watcher_sees_the_recorded_stream_under_the_name_of_its_own_job(string scenario)
    {
        RecordedCluster recorded = RecordedCluster.Load(scenario);
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false });
        using var client = new ApiClient(server);
        using LineStream pods = await client.StreamAsync(ApiClient.Pods + "?watch=true&labelSelector=mine%3Dyes");
        JsonObject job = TestJobs.Named("my-own-job");
        job["spec"]!["template"]!["metadata"]!["labels"]!["mine"] = "yes";
        await client.CreateJobAsync(job);
        using var play = new RecordedPlay(server, recorded, "default", "my-own-job");
        await play.RunAsync(double.PositiveInfinity, TimeProvider.System, TestContext.Current.CancellationToken);
        server.Faults.EndWatches();

        IEnumerable<(string, JsonNode)> expected = recorded.Story
            .Where(line => line.Type == ResourceType.Pods).Select(line => (line.EventType!, (JsonNode)line.Object!));
        IReadOnlyList<WatchEvent> seen = await pods.AllAsync();
        Assert.Equal(PodStory.Of(expected, PodStory.Pod), PodStory.Of(seen.Select(one => (one.Type, one.Object)), PodStory.Pod));
        Assert.All(seen, one => Assert.StartsWith("my-own-job-", one.Name, StringComparison.Ordinal));
        if (recorded.Story.Last(line => line.Type == ResourceType.Jobs).EventType != "DELETED")
        {
            JsonNode left = (await client.GetAsync($"{ApiClient.Jobs}/my-own-job")).Json;
            Assert.Equal(PodStory.Job(recorded.Story.Last(line => line.Type == ResourceType.Jobs).Object!), PodStory.Job(left));
        }
    }
}
