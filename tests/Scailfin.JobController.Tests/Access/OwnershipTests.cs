using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Access;

/// <summary>Design, section 1: a job belongs to whoever submitted it.</summary>
public sealed class OwnershipTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Unknown = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f12";

    private Edge Edge => fixture.Edge;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("GET", "/logs")]
    [InlineData("GET", "/logs?follow=true")]
    [InlineData("GET", "/explain")]
    [InlineData("GET", "/timeline")]
    [InlineData("DELETE", "")]
    [InlineData("DELETE", "/")]
    public async Task A_foreign_job_is_answered_as_one_that_does_not_exist(string method, string part)
    {
        using HttpClient ada = await Edge.UserAsync("ada"), bob = await Edge.UserAsync("bob");
        string id = await Edge.SubmitAsync(ada, "\"cmd\": \"c2xlZXA=\"");
        Answer foreign = await Edge.SendAsync(bob, method, $"/jobs/{id}{part}");
        Answer unknown = await Edge.SendAsync(bob, method, $"/jobs/{Unknown}{part}");
        Assert.Equal(404, foreign.Status);
        Assert.Equal(unknown with { Text = unknown.Text.Replace(Unknown, id) }, foreign);
        Assert.DoesNotContain("stop", (await Edge.SendAsync(ada, "GET", $"/jobs/{id}/timeline")).Text);
    }

    [Fact]
    public async Task Users_have_all_of_their_own_jobs()
    {
        using HttpClient ada = await Edge.UserAsync("ada");
        string id = await Edge.SubmitAsync(ada, "\"cmd\": \"c2xlZXA=\"");
        foreach (string part in (string[])["", "/logs", "/explain", "/timeline"])
            Assert.Equal(200, (await Edge.SendAsync(ada, "GET", $"/jobs/{id}{part}")).Status);
        Assert.Equal(204, (await Edge.SendAsync(ada, "DELETE", $"/jobs/{id}/")).Status);
        await Eventually.TrueAsync(async () => await StatusAsync(ada, id) == "stopped", "the job is stopped");
    }

    [Fact]
    public async Task Lists_have_ones_own_jobs_and_an_administrators_all()
    {
        await using Edge edge = await Edge.StartAsync();
        using HttpClient ada = await edge.UserAsync("ada"), bob = await edge.UserAsync("bob"),
            ops = await edge.UserAsync("ops", administrator: true);
        string a = await edge.SubmitAsync(ada), b = await edge.SubmitAsync(bob), c = (await edge.SubmitAsync()).Id.ToString(),
            d = await edge.SubmitAsync(ada);
        Assert.Equal([a, d], await Users.ListAsync(ada));
        Assert.Equal([b], await Users.ListAsync(bob));
        Assert.Equal([a, b, c, d], await Users.ListAsync(ops));
        Assert.Equal([a, b, c, d], await Users.ListAsync(edge.Http));
        Assert.Equal([a], await Users.ListAsync(ada, "?limit=1"));
    }

    [Fact]
    public async Task An_administrator_uses_everybodys_jobs()
    {
        using HttpClient ada = await Edge.UserAsync("ada"), ops = await Edge.UserAsync("ops", administrator: true);
        string id = await Edge.SubmitAsync(ada, "\"cmd\": \"c2xlZXA=\"");
        Assert.Equal(200, (await Edge.SendAsync(ops, "GET", $"/jobs/{id}/explain")).Status);
        Assert.Equal(204, (await Edge.SendAsync(ops, "DELETE", $"/jobs/{id}/")).Status);
    }

    [Fact]
    public async Task Only_an_administrator_shuts_down()
    {
        await using Edge edge = await Edge.StartAsync();
        using HttpClient ada = await edge.UserAsync("ada"), ops = await edge.UserAsync("ops", administrator: true);
        Answer refused = await Edge.SendAsync(ada, "GET", "/shutdown");
        Assert.Equal((403, true), (refused.Status, refused.Message!.Contains("administrator")));
        await edge.SubmitAsync(ada);
        Assert.Equal(200, (await Edge.SendAsync(ops, "GET", "/shutdown")).Status);
    }

    private static async Task<string?> StatusAsync(HttpClient http, string id) =>
        (await Edge.SendAsync(http, "GET", $"/jobs/{id}")).Json.GetProperty("status").GetString();
}
