using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Scailfin.Testing.Kubernetes.Tests;

public sealed class WatchTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_watch_from_a_version_that_is_too_old_ends_with_one_error_event()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await CreateAsync(client, "a");
        server.Store.Compact();
        using LineStream watch = await client.StreamAsync(ConfigMaps + "?watch=true&resourceVersion=1");
        Assert.Equal(200, watch.Status);
        WatchEvent error = Assert.Single(await watch.AllAsync());
        Assert.Equal("ERROR", error.Type);
        Assert.Equal(410, error.Object["code"]!.GetValue<int>());
        Assert.Equal("Expired", error.Object["reason"]!.GetValue<string>());
        Assert.StartsWith("too old resource version: 1 (", error.Object["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task A_watch_without_a_version_begins_with_what_exists(string version)
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await CreateAsync(client, "a");
        using LineStream watch = await client.StreamAsync(ConfigMaps + "?watch=true" + version);
        Assert.Equal(("ADDED", "a"), Shown(await watch.EventAsync()));
        await CreateAsync(client, "b");
        Assert.Equal(("ADDED", "b"), Shown(await watch.EventAsync()));
    }

    [Fact]
    public async Task A_watch_from_a_lists_version_sends_only_what_came_after()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await CreateAsync(client, "a");
        string version = (await client.GetAsync(ConfigMaps)).Json["metadata"]!["resourceVersion"]!.GetValue<string>();
        await CreateAsync(client, "b");
        using LineStream watch = await client.StreamAsync($"{ConfigMaps}?watch=true&resourceVersion={version}");
        Assert.Equal(("ADDED", "b"), Shown(await watch.EventAsync()));
    }

    [Fact]
    public async Task A_watch_from_the_future_is_silent()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        using LineStream watch = await client.StreamAsync(ConfigMaps + "?watch=true&resourceVersion=999999999");
        await CreateAsync(client, "a");
        server.Faults.EndWatches();
        Assert.Empty(await watch.AllAsync());
    }

    [Fact]
    public async Task An_object_that_stops_matching_is_sent_as_deleted_with_its_old_content_and_the_new_version()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await CreateAsync(client, "a", "1");
        using LineStream watch = await client.StreamAsync(ConfigMaps + "?watch=true&labelSelector=lab%3D1");
        string first = (await watch.EventAsync())!.Version;
        await LabelAsync(client, "a", "2");
        WatchEvent gone = (await watch.EventAsync())!;
        Assert.Equal(("DELETED", "1"), (gone.Type, gone.Object["metadata"]!["labels"]!["lab"]!.GetValue<string>()));
        Assert.True(long.Parse(gone.Version) > long.Parse(first));
        await LabelAsync(client, "a", "1");
        Assert.Equal(("ADDED", "a"), Shown(await watch.EventAsync()));
    }

    [Fact]
    public async Task Bookmarks_come_every_minute_and_shortly_before_the_end()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { Time = time });
        using var client = new ApiClient(server);
        using LineStream watch =
            await client.StreamAsync(ConfigMaps + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=100&resourceVersion=1000");
        await Eventually.TrueAsync(() => server.Faults.OpenWatches == 1, "the watch is open");
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("BOOKMARK", (await watch.EventAsync())!.Type);
        time.Advance(TimeSpan.FromSeconds(38));
        Assert.Equal("BOOKMARK", (await watch.EventAsync())!.Type);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await watch.EventAsync());
    }

    [Fact]
    public async Task The_end_of_the_initial_events_is_a_bookmark_only_where_bookmarks_were_asked_for()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await CreateAsync(client, "a");
        const string Path = ConfigMaps + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        using (LineStream watch = await client.StreamAsync(Path + "&allowWatchBookmarks=true"))
        {
            Assert.Equal("ADDED", (await watch.EventAsync())!.Type);
            WatchEvent mark = (await watch.EventAsync())!;
            Assert.Equal("BOOKMARK", mark.Type);
            Assert.Equal("true", mark.Object["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
        }
        using LineStream without = await client.StreamAsync(Path);
        Assert.Equal("ADDED", (await without.EventAsync())!.Type);
        server.Faults.EndWatches();
        Assert.Empty(await without.AllAsync());
    }

    [Fact]
    public async Task A_list_is_paged_and_says_how_much_remains_unless_it_selects()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        foreach (string name in (string[])["a", "b", "c"])
            await CreateAsync(client, name, "1");
        JsonNode page = (await client.GetAsync(ConfigMaps + "?limit=2")).Json;
        Assert.Equal(2, page["items"]!.AsArray().Count);
        Assert.Null(page["items"]![0]!["kind"]);
        Assert.Equal(1, page["metadata"]!["remainingItemCount"]!.GetValue<int>());
        JsonNode next = (await client.GetAsync($"{ConfigMaps}?limit=2&continue={page["metadata"]!["continue"]}")).Json;
        Assert.Equal("c", Assert.Single(next["items"]!.AsArray())!["metadata"]!["name"]!.GetValue<string>());
        Assert.Null((await client.GetAsync(ConfigMaps + "?limit=2&labelSelector=lab%3D1")).Json["metadata"]!["remainingItemCount"]);
        Assert.Equal(3, (await client.GetAsync(ConfigMaps + "?limit=2&resourceVersion=0")).Json["items"]!.AsArray().Count);
    }

    private static (string, string) Shown(WatchEvent? seen) => (seen!.Type, seen.Name);

    private static async Task CreateAsync(ApiClient client, string name, string? label = null)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (label is not null)
            metadata["labels"] = new JsonObject { ["lab"] = label };
        ApiReply reply = await client.SendAsync(HttpMethod.Post, ConfigMaps, new JsonObject { ["metadata"] = metadata });
        Assert.True(reply.Status == 201, reply.Text);
    }

    private static async Task LabelAsync(ApiClient client, string name, string label)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["lab"] = label } } };
        Assert.Equal(200, (await client.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/{name}", patch, "application/merge-patch+json")).Status);
    }
}
