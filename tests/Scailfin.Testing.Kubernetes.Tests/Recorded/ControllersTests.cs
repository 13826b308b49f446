using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>
/// The controllers of the stand-in, given the recorded Job and a life, tell the recorded story: the same states of pod and Job in the same
/// order. Not compared: times, and how often the same state is reported.
/// </summary>
public sealed class ControllersTests
{
    private static readonly Dictionary<string, PodLife> Lives = new()
    {
        ["success"] = PodLife.Succeeds(),
        ["exit-3"] = PodLife.Fails(3),
        ["exit-127"] = PodLife.Fails(127),
        ["sigsegv"] = PodLife.Fails(139),
        ["oom-main"] = PodLife.OutOfMemory(),
        ["oom-child-exit-0"] = PodLife.OutOfMemory(0),
        ["no-bash"] = PodLife.CannotStart(),
        ["unschedulable"] = PodLife.Unschedulable(),
        ["quota-exceeded"] = PodLife.Refused(),
        ["kubelet-admission-refused"] = PodLife.RefusedByNode(),
        ["invalid-image-name"] = PodLife.WaitsWith("InvalidImageName", "x"),
        ["secret-volume-missing"] = PodLife.NeverCreated(),
        ["delete-background-trap"] = PodLife.RunsForever().OnSignal(143),
        ["delete-background-exit-0"] = PodLife.RunsForever().OnSignal(0),
        ["delete-pending"] = PodLife.Unschedulable(),
        ["delete-foreground-finished"] = PodLife.Succeeds(),
        ["evicted-api"] = PodLife.EvictedByApi().OnSignal(137),
        ["preempted"] = PodLife.Preempted().OnSignal(137),
    };

    public static TheoryData<string> Scenarios => [.. Lives.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_life_tells_the_recorded_story(string scenario)
    {
        RecordedCluster recorded = RecordedCluster.Load(scenario);
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Namespaces = [recorded.Namespace], Life = Lives[scenario] });
        using var client = new ApiClient(server);
        using LineStream pods = await client.StreamAsync($"/api/v1/namespaces/{recorded.Namespace}/pods?watch=true");
        using LineStream jobs = await client.StreamAsync($"/apis/batch/v1/namespaces/{recorded.Namespace}/jobs?watch=true");
        Assert.Equal(
            201, (await client.SendAsync(HttpMethod.Post, $"/apis/batch/v1/namespaces/{recorded.Namespace}/jobs", recorded.Job)).Status);
        await server.SettledAsync();
        RecordedLine deletion = recorded.Lines.Last(line => line.IsRequest
            && line.Method == "DELETE"
            && line.Path!.Contains(recorded.JobName, StringComparison.Ordinal)
            && line.Json.Number("status") == 200);
        await client.SendAsync(HttpMethod.Delete, deletion.Path!, deletion.Json["body"]);
        await server.SettledAsync();
        Assert.Null(server.Failure);
        server.Faults.EndWatches();

        Assert.Equal(
            PodStory.Of(Events(recorded, ResourceType.Pods), PodStory.Pod),
            PodStory.Of(await ReadAsync(pods), PodStory.Pod));
        Assert.Equal(
            Outcome(PodStory.Of(Events(recorded, ResourceType.Jobs), PodStory.Job)),
            Outcome(PodStory.Of(await ReadAsync(jobs), PodStory.Job)));
    }

    /// <summary>Only what decides: conditions and counts, without the number of active pods, which is reported late in places.</summary>
    private static string[] Outcome(List<string> story) =>
        [.. story
            .Select(line => line[..line.IndexOf("active=", StringComparison.Ordinal)]
                + line[(line.IndexOf(' ', line.IndexOf("active=", StringComparison.Ordinal)) + 1)..])
            .Aggregate(
                new List<string>(),
                (kept, line) =>
                {
                    if (kept.Count == 0 || kept[^1] != line)
                        kept.Add(line);
                    return kept;
                })];

    private static IEnumerable<(string Type, JsonNode Object)> Events(RecordedCluster recorded, ResourceType type) =>
        recorded.Lines.Where(line => line.Type == type).Select(line => (line.EventType!, (JsonNode)line.Object!));

    private static async Task<IReadOnlyList<(string Type, JsonNode Object)>> ReadAsync(LineStream stream) =>
        [.. (await stream.AllAsync()).Select(seen => (seen.Type, seen.Object))];
}
