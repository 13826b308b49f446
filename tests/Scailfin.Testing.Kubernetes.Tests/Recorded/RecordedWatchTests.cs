using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>Recorded watches, played again: the same requests meanwhile, the same events in the same order, the same end.</summary>
public sealed partial class RecordedWatchTests
{
    /// <summary>
    /// Not here: metadata only, which this server does not serve; and a watch from a version of before the recording began.
    /// </summary>
    [Theory]
    [InlineData("label-change")]
    [InlineData("selector-name")]
    [InlineData("field-phase")]
    [InlineData("initial-events")]
    [InlineData("initial-events-no-bookmarks")]
    [InlineData("initial-events-empty")]
    [InlineData("rv-0")]
    [InlineData("rv-unset")]
    [InlineData("rv-current")]
    [InlineData("rv-future")]
    [InlineData("rv-too-old")]
    [InlineData("rv-too-old-jobs")]
    [InlineData("bookmarks")]
    public async Task A_recorded_watch_sends_what_was_recorded(string name)
    {
        JsonNode[] lines = [.. Recording.Text("watch", name + ".jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            JsonNode.Parse(line)!)];
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Namespaces = ["rec"], Time = time, RunsControllers = false });
        using var client = new ApiClient(server);
        if (lines.Skip(1).Select(line => line["event"])
            .FirstOrDefault(change => change?["object"]!["metadata"]?["name"] is not null) is { } first)
            await CreateAsync(client, first["object"]!, changed: first["type"]!.GetValue<string>() == "MODIFIED");
        if (name.StartsWith("rv-too-old", StringComparison.Ordinal))
            server.Store.Compact();
        using LineStream watch = await client.StreamAsync(PathOf(lines[0]["request"]!.GetValue<string>(), server.Store.Version));
        foreach (JsonNode line in lines.Skip(1))
        {
            switch (line["src"]!.GetValue<string>())
            {
                case "request":
                    await ChangeAsync(client, line);
                    break;
                case "watch" when Shown(line["event"]!) is { } expected:
                    Assert.Equal(expected, await NextAsync(watch));
                    break;
                case "end":
                    Assert.Null(await NextAsync(watch, time));
                    break;
            }
        }
    }

    /// <summary>The pod as it was before: what the recording changes, it changes again.</summary>
    private static async Task CreateAsync(ApiClient client, JsonNode pod, bool changed)
    {
        JsonNode metadata = pod["metadata"]!;
        var content = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = metadata["name"]!.DeepClone(),
                ["labels"] = metadata["labels"]?.DeepClone(),
                ["annotations"] = changed ? null : metadata["annotations"]?.DeepClone(),
            },
            ["spec"] = pod["spec"]!.DeepClone(),
        };
        ApiReply reply = await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/rec/pods", content);
        Assert.True(reply.Status == 201, reply.Text);
    }

    private static async Task ChangeAsync(ApiClient client, JsonNode line)
    {
        var method = new HttpMethod(line["method"]!.GetValue<string>());
        string type = method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
        ApiReply reply = await client.SendAsync(method, line["path"]!.GetValue<string>(), line["body"]?.DeepClone(), type);
        Assert.True(reply.Status == line["status"]!.GetValue<int>(), reply.Text);
    }

    /// <summary>The next event that counts. For the end the clock goes on; an event must come without.</summary>
    private static async Task<string?> NextAsync(LineStream watch, FakeTimeProvider? clock = null)
    {
        while (true)
        {
            Task<WatchEvent?> next = watch.EventAsync();
            while (clock is not null && await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != next)
                clock.Advance(TimeSpan.FromSeconds(1));
            if (await next is not { } read)
                return null;
            if (Shown(read.Json) is { } shown)
                return shown;
        }
    }

    /// <summary>What a client goes by; null for a bookmark that only tells a version.</summary>
    private static string? Shown(JsonNode change)
    {
        string type = change["type"]!.GetValue<string>();
        JsonNode content = change["object"]!;
        JsonNode? metadata = content["metadata"];
        return type switch
        {
            "ERROR" => $"ERROR {content["code"]} {content["reason"]}",
            "BOOKMARK" => metadata?["annotations"] is { } mark ? $"BOOKMARK {mark.ToJsonString()}" : null,
            _ =>
                $"{type} {metadata!["name"]} {metadata["labels"]?.ToJsonString()} {metadata["annotations"]?.ToJsonString()} "
                    + $"{content["status"]?["phase"]} {metadata["deletionTimestamp"] is not null}",
        };
    }

    /// <summary>A version of the recorded server is the newest of this one.</summary>
    private static string PathOf(string request, long version) =>
        RecordedVersion().Replace(request["GET ".Length..], $"resourceVersion={version}");

    [GeneratedRegex("resourceVersion=[0-9]{4,6}$", RegexOptions.NonBacktracking)]
    private static partial Regex RecordedVersion();
}
