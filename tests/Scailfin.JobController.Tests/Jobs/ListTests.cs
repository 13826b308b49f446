using Scailfin.JobController.Tests.Access;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>GET /jobs with arguments; without, <see cref="ReadTests"/>.</summary>
public sealed class ListTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Other = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f15";

    private Edge Edge => fixture.Edge;

    [Theory]
    [InlineData("limit=0", "limit is '0', but must be a whole number from 1 to 10000.")]
    [InlineData("limit=10001", "limit is '10001', but must be a whole number from 1 to 10000.")]
    [InlineData("limit=-1", "limit is '-1', but must be a whole number from 1 to 10000.")]
    [InlineData("limit=1e1", "limit is '1e1', but must be a whole number from 1 to 10000.")]
    [InlineData("limit=", "limit is '', but must be a whole number from 1 to 10000.")]
    [InlineData("limit=1&limit=2", "limit is given 2 times, but must be given once.")]
    [InlineData("status=Running", "status is 'Running', but must be one of: created, queued, running, finished, failed, stopped.")]
    [InlineData("status=", "status is '', but must be one of: created, queued, running, finished, failed, stopped.")]
    [InlineData("workflow_uuid=x", "workflow_uuid is 'x', but must be the UUID of a workflow.")]
    [InlineData("after=x", "after is 'x', but must be the id of a job that exists.")]
    [InlineData("after=" + Other, "after is '" + Other + "', but must be the id of a job that exists.")]
    [InlineData("limit=0&status=x", "status is 'x', but must be one of: created, queued, running, finished, failed, stopped.")]
    public async Task A_bad_argument_is_400_with_name_value_and_rule(string query, string message)
    {
        Answer answer = await Edge.GetAsync($"/jobs?{query}");
        Assert.Equal((400, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Unknown_arguments_are_ignored()
    {
        Answer all = await Edge.GetAsync("/jobs");
        Assert.Equal(all, await Edge.GetAsync("/jobs?page=x&size=&verbose"));
    }

    [Fact]
    public async Task Pages_lead_from_one_to_the_next_until_all_have_been_seen()
    {
        await using Edge edge = await Edge.StartAsync();
        List<string> all = [];
        for (int index = 0; index < 5; index++)
        {
            all.Add((await edge.SubmitAsync($"\"workflow_uuid\": \"{Other}\"")).Id.ToString());
            await edge.SubmitAsync();
        }

        List<string> seen = [];
        for (string? path = $"/jobs?workflow_uuid={Other}&limit=2"; path is not null;)
        {
            using HttpResponseMessage response = await edge.Http.GetAsync(
                new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            string[] page = await Users.ListAsync(edge.Http, path["/jobs".Length..]);
            seen.AddRange(page);
            string? next = response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? Assert.Single(links) : null;
            Assert.Equal(page.Length == 2 ? $"</jobs?workflow_uuid={Other}&after={page[1]}&limit=2>; rel=\"next\"" : null, next);
            path = next?[1..next.IndexOf('>')];
        }

        Assert.Equal(all, seen);
        Assert.Empty(await Users.ListAsync(edge.Http, $"?after={all[^1]}&workflow_uuid={Other}"));
    }

    [Fact]
    public async Task A_status_shows_those_in_it()
    {
        await using Edge edge = await Edge.StartAsync();
        edge.Backend.AutoRun = false;
        string id = (await edge.SubmitAsync()).Id.ToString();
        Assert.Equal([id], await Users.ListAsync(edge.Http, "?status=queued"));
        Assert.Empty(await Users.ListAsync(edge.Http, "?status=finished"));
    }

    [Fact]
    public async Task A_foreign_job_is_nothing_to_begin_after()
    {
        using HttpClient ada = await Edge.UserAsync("ada"), bob = await Edge.UserAsync("bob");
        string id = await Edge.SubmitAsync(ada);
        Assert.Equal(200, (await Edge.SendAsync(ada, "GET", $"/jobs?after={id}")).Status);
        Answer answer = await Edge.SendAsync(bob, "GET", $"/jobs?after={id}");
        Assert.Equal((400, $"after is '{id}', but must be the id of a job that exists."), (answer.Status, answer.Message));
    }
}
