using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Access;

/// <summary>Design, section 1: always a token in a standalone service, never one in a sidecar (contract A.1).</summary>
public sealed class GuardTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer c0ffee")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("c0ffee")]
    [InlineData("Bearer a.b.c")]
    public async Task Without_a_good_token_everything_is_401_with_the_scheme(string? authorization)
    {
        using HttpClient http = fixture.Edge.As(null);
        if (authorization is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        foreach (string path in (string[])
        [
            "/jobs", "/jobs/x", "/jobs/x/logs", "/jobs/x/explain", "/jobs/x/timeline", "/job_cache", "/shutdown", "/metrics", "/nothing",
        ])
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            Answer answer = await Answer.ReadAsync(response, Cancellation);
            Assert.Equal((401, "application/json"), (answer.Status, answer.ContentType));
            Assert.DoesNotContain("c0ffee", answer.Message);
        }

        Assert.Equal(401, (await Edge.SendAsync(http, "POST", "/jobs", fixture.Edge.Request())).Status);
        Assert.Equal(401, (await Edge.SendAsync(http, "DELETE", "/jobs/x/")).Status);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/apispec")]
    public async Task Probes_and_the_description_need_no_token(string path)
    {
        using HttpClient http = fixture.Edge.As(null);
        Assert.Equal(200, (await Edge.SendAsync(http, "GET", path)).Status);
        Assert.Equal(200, (await Edge.SendAsync(http, "HEAD", path)).Status);
    }

    [Theory]
    [InlineData("/healthz/")]
    [InlineData("//healthz")]
    [InlineData("/healthz/../jobs")]
    [InlineData("/healthz%2f..%2fjobs")]
    [InlineData("/APISPEC")]
    public async Task Nothing_but_exactly_those_paths_is_open(string path)
    {
        using HttpClient http = fixture.Edge.As(null);
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(http.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.Equal(401, (await Edge.SendAsync(http, request)).Status);
    }

    [Fact]
    public async Task Metrics_are_open_only_where_the_operator_says_so()
    {
        await using Edge edge = await Edge.StartAsync(settings => settings with { MetricsPublic = true });
        using HttpClient http = edge.As(null);
        Assert.NotEqual(401, (await Edge.SendAsync(http, "GET", "/metrics")).Status);
        Assert.Equal(401, (await Edge.SendAsync(http, "GET", "/jobs")).Status);
    }

    [Fact]
    public async Task A_sidecar_asks_for_no_token_and_makes_none()
    {
        await using Edge edge = await Edge.StartAsync(settings => settings with { Mode = ServiceMode.Sidecar });
        Assert.Null(edge.Http.DefaultRequestHeaders.Authorization);
        Assert.Equal("reana", (await edge.SubmitAsync()).Owner);
        Assert.Equal(200, (await edge.GetAsync("/jobs")).Status);
        Assert.Equal((200, "All jobs stopped."), ((await edge.GetAsync("/shutdown")).Status, (await edge.GetAsync("/shutdown")).Message));
        Assert.False(File.Exists(edge.Data.TokenFile));
        Assert.False(File.Exists(edge.Data.UsersFile));
    }
}
