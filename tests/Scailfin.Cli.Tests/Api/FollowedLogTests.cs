using System.Net;
using System.Text;
using Scailfin.Cli.Api;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.Cli.Tests.Api;

/// <summary><c>scailfin jobs logs --follow</c> over connections that break.</summary>
public sealed class FollowedLogTests
{
    private readonly List<string> _asked = [];

    [Fact]
    public async Task It_goes_on_where_a_broken_connection_ended()
    {
        (string text, string status) = await FollowAsync(
            Lines(Chunk("one ", 4), Chunk("", 4)), Broken(), Status(503), Lines(Chunk("two", 7, last: true)));
        Assert.Equal(("one two", "finished"), (text, status));
        Assert.Equal(["offset=0", "offset=4", "offset=4", "offset=4"], _asked);
    }

    [Fact]
    public async Task It_gives_up_after_ten_connections_that_bring_nothing_and_says_how_to_go_on()
    {
        ApiException refused =
            await Assert.ThrowsAsync<ApiException>(() => FollowAsync([Lines(Chunk("one ", 4)), .. Enumerable.Repeat(Status(503), 20)]));
        Assert.Contains("--offset 4", refused.Message);
        Assert.Equal(11, _asked.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task An_answer_that_will_not_change_is_said_at_once(int status)
    {
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => FollowAsync(Status(status)));
        Assert.Contains("as it is", refused.Message);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Something_else_at_that_address_is_no_log()
    {
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => FollowAsync(Lines("{}")));
        Assert.Contains("does another program listen at its address?", refused.Message);
    }

    private static string Chunk(string text, long next, bool last = false) =>
        $$"""{"last":{{(last ? "true" : "false")}},"next_offset":{{next}},"offset":0"""
            + $$""","status":"{{(last ? "finished" : "running")}}","text":"{{text}}"}""";

    private static Func<HttpResponseMessage> Lines(params string[] lines) =>
        () => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(string.Concat(lines.Select(line => line + "\n")), Encoding.UTF8),
        };

    private static Func<HttpResponseMessage> Status(int status) =>
        () => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("{\"message\": \"as it is\"}") };

    private static Func<HttpResponseMessage> Broken() => () => throw new HttpRequestException("cut");

    private async Task<(string Text, string Status)> FollowAsync(params Func<HttpResponseMessage>[] answers)
    {
        using var api = new ApiClient(new Uri("http://service.invalid/"), token: null, new Script(this, answers));
        await using var output = new StringWriter();
        string status = await new FollowedLog(api, new HurriedTime(20)).CopyAsync("x", 0, output, TestContext.Current.CancellationToken);
        return (output.ToString(), status);
    }

    private sealed class Script(FollowedLogTests test, Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._asked.Add(request.RequestUri!.Query.Split('&')[1]);
            return Task.FromResult(answers[test._asked.Count - 1]());
        }
    }
}
