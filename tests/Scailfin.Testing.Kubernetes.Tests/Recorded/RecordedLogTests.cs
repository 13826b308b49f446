using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>Recorded log requests, sent again for a container that wrote the same.</summary>
public sealed partial class RecordedLogTests
{
    public static TheoryData<string, string> Exchanges => new()
    {
        { "options", "plain" },
        { "options", "no-container" },
        { "options", "tail-1" },
        { "options", "tail-0" },
        { "options", "limit-10" },
        { "options", "follow-finished" },
        { "options", "wrong-container" },
        { "options", "no-pod" },
        { "bytes", "bytes" },
        { "bytes", "empty" },
    };

    public static TheoryData<string> Followed => ["follow", "follow-job-deleted", "follow-pod-force-deleted"];

    /// <summary>Of containers that wait; each reason once.</summary>
    public static TheoryData<string> Waiting =>
        [.. Unavailable()
            .Where(line => line.State.StartsWith("waiting:", StringComparison.Ordinal))
            .Select(line => line.State["waiting:".Length..])
            .Distinct()];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_recorded_request_is_answered_as_recorded(string file, string name)
    {
        JsonNode recorded = Lines(file).Single(line => line["name"]?.GetValue<string>() == name);
        byte[] written = BytesOf(Lines(file).Single(line => line["name"]?.GetValue<string>() == (file == "options" ? "plain" : name)));
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Life = PodLife.Starts().Writes(written).Exits(0) });
        string pod = name == "no-pod" ? "nope" : await StartAsync(server);
        await server.SettledAsync();
        using var http = Http(server);
        using HttpResponseMessage answer = await http.GetAsync(
            $"{ApiClient.Pods}/{pod}/log?{recorded["query"]}", TestContext.Current.CancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(recorded["status"]!.GetValue<int>(), (int)answer.StatusCode);
        Assert.Equal(HeaderOf(recorded, "Content-Type"), answer.Content.Headers.ContentType?.ToString());
        if (answer.IsSuccessStatusCode)
            Assert.Equal(BytesOf(recorded), body);
        else
            Assert.Equal(
                Without(recorded["body"]!["message"]!.GetValue<string>()), Without(JsonNode.Parse(body)!["message"]!.GetValue<string>()));
    }

    /// <summary>Line by line, when it was written; and a clean end, whatever ended the container.</summary>
    [Theory]
    [MemberData(nameof(Followed))]
    public async Task A_recorded_stream_comes_line_by_line_and_ends_cleanly(string name)
    {
        JsonNode[] chunks = [.. Lines(name).Where(line => line["chunkBytes"] is not null)];
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        PodLife life = PodLife.Starts();
        int at = 0;
        foreach (JsonNode chunk in chunks)
        {
            int then = chunk["t"]!.GetValue<int>();
            life = life.For(TimeSpan.FromMilliseconds(then - at)).Writes(chunk["text"]!.GetValue<string>());
            at = then;
        }

        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Time = time, Life = life.Exits(0) });
        string pod = await StartAsync(server);
        using var client = new ApiClient(server);
        await Eventually.TrueAsync(() => server.Store.Find(ResourceType.Pods, "default", pod)?.Phase == "Running", "it runs");
        using LineStream log = await client.StreamAsync($"{ApiClient.Pods}/{pod}/log?container=job&follow=true");
        foreach (JsonNode chunk in chunks)
        {
            Task<string?> next = log.LineAsync();
            await Eventually.TrueAsync(
                async () =>
                {
                    if (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != next)
                        time.Advance(TimeSpan.FromSeconds(1));
                    return next.IsCompleted;
                },
                "a line, or the end");
            Assert.Equal(
                chunk["chunkBytes"]!.GetValue<int>() == 0 ? null : chunk["text"]!.GetValue<string>(),
                await next is { } line ? line + "\n" : null);
        }
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task A_container_that_waits_has_no_log_for_the_recorded_reason(string reason)
    {
        string recorded = Unavailable().First(line => line.State == $"waiting:{reason}" && line.Status == 400).Message;
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Life = PodLife.WaitsWith(reason, "no") });
        string pod = await StartAsync(server);
        await server.SettledAsync();
        using var client = new ApiClient(server);
        ApiReply reply = await client.GetAsync($"{ApiClient.Pods}/{pod}/log?container=job");
        Assert.Equal((400, Without(recorded)), (reply.Status, Without(reply.Message!)));
    }

    private static async Task<string> StartAsync(KubernetesApiServer server)
    {
        using var client = new ApiClient(server);
        await client.CreateJobAsync(TestJobs.Named("logs"));
        string? pod = null;
        await Eventually.TrueAsync(
            () => (pod = server.Store.List(ResourceType.Pods) is [{ } made, ..] ? made.Name : null) is not null, "there is a pod");
        return pod!;
    }

    private static HttpClient Http(KubernetesApiServer server) =>
        new()
        {
            BaseAddress = server.Url,
            Timeout = TimeSpan.FromMinutes(5),
            DefaultRequestHeaders = { Authorization = new("Bearer", server.Token) },
        };

    private static IEnumerable<JsonNode> Lines(string file) =>
        Recording.Text("logs", file + ".jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    private static IEnumerable<(string State, int Status, string Message)> Unavailable() => Lines("not-available").Skip(1)
        .Where(line => line["status"]!.GetValue<int>() == 400)
        .Select(line =>
            (line["container"]!.GetValue<string>(), line["status"]!.GetValue<int>(), line["body"]!["message"]!.GetValue<string>()));

    private static byte[] BytesOf(JsonNode recorded) => recorded["bodyBase64"] is { } encoded
        ? Convert.FromBase64String(encoded.GetValue<string>())
        : System.Text.Encoding.UTF8.GetBytes(recorded["body"]?.GetValue<string>() ?? "");

    private static string HeaderOf(JsonNode recorded, string name) =>
        recorded["headers"]!.AsArray().Single(header => header![0]!.GetValue<string>() == name)![1]!.GetValue<string>();

    /// <summary>Pods have other names here.</summary>
    private static string Without(string message) => PodName().Replace(message, "POD");

    [GeneratedRegex("(reana-run-job-[0-9a-f-]{36}|logs)-[a-z0-9]{5}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PodName();
}
