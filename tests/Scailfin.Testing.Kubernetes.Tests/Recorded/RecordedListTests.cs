using Microsoft.Extensions.Time.Testing;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>The recorded refusals of lists and watches, each sent again.</summary>
public sealed class RecordedListTests
{
    [Theory]
    [InlineData("initial-events-no-match-422.json")]
    [InlineData("list-continue-410.json")]
    [InlineData("list-continue-bad-400.json")]
    [InlineData("list-exact-410.json")]
    [InlineData("list-exact-no-rv-422.json")]
    [InlineData("list-exact-old-410.json")]
    [InlineData("list-rv-future-504.json")]
    [InlineData("rv-invalid-500.json")]
    public async Task A_recorded_list_or_watch_is_refused_as_recorded(string name)
    {
        var recorded = new RecordedHttp("watch", name);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Namespaces = ["rec"], Time = time, FirstVersion = 20_000 });
        server.Store.Compact();
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = TimeSpan.FromMinutes(5) };
        Task<HttpResponseMessage> sent = http.SendAsync(recorded.ToRequest(_ => "", server.Token), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return sent.IsCompleted;
            },
            "an answer");
        using HttpResponseMessage response = await sent;
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(recorded.Status, (int)response.StatusCode);
        Assert.Equal(string.Join(',', recorded.HeadersOf("Retry-After")), response.Headers.RetryAfter?.ToString() ?? "");
        Assert.Equal(Normalised.Json(recorded.Answer["body"]), Normalised.Json(System.Text.Json.Nodes.JsonNode.Parse(body)));
    }
}
