using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.Testing.Kubernetes.Tests;

public sealed class JobLifeTests
{
    private const string Watch = ApiClient.Pods + "?watch=true&resourceVersion=0";

    [Fact]
    public async Task A_pod_runs_through_the_phases_and_its_job_completes()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Lives.Are(PodLife.Succeeds("hello\n"));
        using LineStream watch = await client.StreamAsync(Watch);
        using LineStream jobs = await client.StreamAsync(ApiClient.Jobs + "?watch=true&resourceVersion=0");
        await client.CreateJobAsync(TestJobs.Named("one"));

        WatchEvent added = (await watch.EventAsync())!;
        Assert.Equal(("ADDED", "Pending"), (added.Type, added.Phase));
        Assert.StartsWith("one-", added.Name, StringComparison.Ordinal);
        await watch.UntilAsync(seen => seen.Phase == "Running");
        await watch.UntilAsync(seen => seen.Phase == "Succeeded");
        WatchEvent done = await jobs.UntilAsync(seen => Conditions(seen).Contains("Complete"));
        Assert.Equal(1, done.Object["status"]!["succeeded"]!.GetValue<int>());
        Assert.Equal("hello\n", (await client.GetAsync($"{ApiClient.Pods}/{added.Name}/log?container=job")).Text);
        Assert.Null(server.Failure);
    }

    [Fact]
    public async Task A_job_whose_container_exits_with_3_fails_with_BackoffLimitExceeded()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Lives.Are(PodLife.Fails(3));
        await client.CreateJobAsync(TestJobs.Named("three"));
        await server.SettledAsync();
        JsonNode job = (await client.GetAsync($"{ApiClient.Jobs}/three")).Json;
        Assert.Equal(
            ["FailureTarget", "Failed"],
            job["status"]!["conditions"]!.AsArray().Select(condition => condition!["type"]!.GetValue<string>()));
        JsonNode pod = (await client.GetAsync(ApiClient.Pods)).Json["items"]![0]!;
        Assert.Equal(3, pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task Deleting_in_the_background_ends_the_job_at_once_and_the_pod_within_its_grace_period()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Lives.Are(PodLife.RunsForever().OnSignal(143));
        await client.CreateJobAsync(TestJobs.Named("gone"));
        using LineStream watch = await client.StreamAsync(Watch);
        await watch.UntilAsync(seen => seen.Phase == "Running");
        ApiReply deleted = await client.DeleteJobAsync("gone");
        Assert.Equal("Success", deleted.Json["status"]!.GetValue<string>());
        Assert.Equal(404, (await client.GetAsync($"{ApiClient.Jobs}/gone")).Status);
        WatchEvent marked = await watch.UntilAsync(seen => seen.IsBeingDeleted);
        Assert.Equal("Running", marked.Phase);
        await watch.UntilAsync(seen => seen.Phase == "Failed");
        await watch.UntilAsync(seen => seen.Type == "DELETED");
        Assert.Equal(404, (await client.DeleteJobAsync("gone")).Status);
    }

    private static string[] Conditions(WatchEvent seen) =>
        [.. seen.Object["status"]?["conditions"]?.AsArray().Select(condition => condition!["type"]!.GetValue<string>()) ?? []];
}
