using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Scailfin.JobController.JobCache;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.JobCache;

/// <summary>Contract A.7: <c>GET /job_cache</c>.</summary>
public sealed class JobCacheTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Miss = "{\"cached\":false,\"result_path\":null}\n";

    [Theory]
    [InlineData("", "job_spec")]
    [InlineData("?job_spec={}&workflow_workspace=/w", "workflow_json")]
    [InlineData("?job_spec={}&workflow_json={}", "workflow_workspace")]
    public async Task A_missing_argument_is_400(string query, string missing)
    {
        Answer answer = await fixture.Edge.GetAsync($"/job_cache{query}");
        Assert.Equal((400, $"The argument {missing} is missing."), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("job_spec={&workflow_json={}", "job_spec")]
    [InlineData("job_spec={}&workflow_json=", "workflow_json")]
    public async Task An_argument_that_is_no_json_is_400(string query, string wrong)
    {
        Answer answer = await fixture.Edge.GetAsync($"/job_cache?{query}&workflow_workspace=/w");
        Assert.Equal(400, answer.Status);
        Assert.StartsWith($"The argument {wrong} is not JSON: ", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cache_misses() => Assert.Equal(Miss, (await AskAsync(fixture.Edge, fixture.Edge.Workspace)).Text);

    [Fact]
    public async Task A_hit_is_asked_for_with_both_digests_and_shown()
    {
        var cache = new OneHit();
        await using Edge edge = await StartAsync(cache);
        Assert.Equal("{\"cached\":true,\"job_id\":\"an-id\",\"result_path\":\"/r\"}\n", (await AskAsync(edge, edge.Workspace)).Text);
        Assert.Equal(("a038db43da6947e16e5e331fa82ec71e", "d41d8cd98f00b204e9800998ecf8427e"), cache.Asked);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("relative")]
    [InlineData("/a\0b")]
    [InlineData("")]
    public async Task A_workspace_that_may_not_be_looked_at_is_a_miss(string workspace)
    {
        var cache = new OneHit();
        await using Edge edge = await StartAsync(cache);
        Answer answer = await AskAsync(edge, workspace);
        Assert.Equal((200, Miss), (answer.Status, answer.Text));
        Assert.Equal(
            (200, Miss),
            await AskAsync(edge, Path.Combine(edge.Workspace, "missing")) is var missing ? (missing.Status, missing.Text) : default);
        Assert.Null(cache.Asked);
    }

    private static Task<Edge> StartAsync(IJobCache cache) =>
        Edge.StartAsync(replace: services => services.RemoveAll<IJobCache>().AddSingleton(cache));

    private static Task<Answer> AskAsync(Edge edge, string workspace) =>
        edge.GetAsync($"/job_cache?job_spec={{\"a\":1}}&workflow_json=[]&workflow_workspace={Uri.EscapeDataString(workspace)}");

    private sealed class OneHit : IJobCache
    {
        public (string Parameters, string Workspace)? Asked { get; private set; }

        public Task<JobCacheHit?> FindAsync(string parameters, string workspaceHash, CancellationToken cancellationToken)
        {
            Asked = (parameters, workspaceHash);
            return Task.FromResult<JobCacheHit?>(new JobCacheHit("an-id", "/r"));
        }
    }
}
