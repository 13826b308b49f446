using System.Text.Json;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;
using Scailfin.Testing.Reana;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract A.7 and B.2: what readers get.</summary>
public sealed class ReadTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    [Fact]
    public async Task Without_jobs_the_list_is_empty()
    {
        await using Edge edge = await Edge.StartAsync();
        Answer answer = await edge.GetAsync("/jobs");
        Assert.Equal((200, "{\"jobs\":[]}\n", "application/json"), (answer.Status, answer.Text, answer.ContentType));
    }

    [Fact]
    public async Task A_submission_is_answered_with_201_and_the_id_alone()
    {
        string request = Edge.Request("\"env_vars\": {}, \"kerberos\": true, \"kubernetes_uid\": 1000");
        Assert.Empty(ReanaApi.Problems("JobRequest", JsonDocument.Parse(request).RootElement.Clone()));
        Answer answer = await Edge.PostAsync(request);
        Assert.Equal(201, answer.Status);
        Assert.Equal(["job_id"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.True(Guid.TryParseExact(answer.Json.GetProperty("job_id").GetString(), "D", out _));
    }

    [Theory]
    [InlineData("false", "\"false\"", "\"false\"")]
    [InlineData("", "\"\"", "[]")]
    [InlineData("['atlas.cern.ch']", "\"['atlas.cern.ch']\"", "\"['atlas.cern.ch']\"")]
    public async Task A_job_has_exactly_the_seven_keys(string mounts, string alone, string inList)
    {
        string id = (await Edge.SubmitAsync($"\"cvmfs_mounts\": \"{mounts}\"")).Id.ToString();
        Answer answer = await Edge.GetAsync($"/jobs/{id}");
        Assert.Empty(ReanaApi.Problems("Job", answer.Json));
        Assert.Equal(
            ["cmd", "cvmfs_mounts", "docker_img", "job_id", "max_restart_count", "restart_count", "status"],
            answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (3, 0), (answer.Json.GetProperty("max_restart_count").GetInt32(), answer.Json.GetProperty("restart_count").GetInt32()));
        Assert.Equal(alone, answer.Json.GetProperty("cvmfs_mounts").GetRawText());

        JsonElement listed = (await Edge.GetAsync("/jobs")).Json.GetProperty("jobs").EnumerateArray().Last();
        Assert.Equal(id, Assert.Single(listed.EnumerateObject()).Name);
        Assert.Equal(inList, listed.GetProperty(id).GetProperty("cvmfs_mounts").GetRawText());
        Assert.Equal(7, listed.GetProperty(id).EnumerateObject().Count());
    }

    [Fact]
    public async Task The_list_is_in_the_order_of_submission_with_ended_jobs_in_it()
    {
        List<string> submitted = [];
        for (int index = 0; index < 5; index++)
            submitted.Add((await Edge.SubmitAsync()).Id.ToString());
        IEnumerable<string> listed =
            (await Edge.GetAsync("/jobs")).Json.GetProperty("jobs").EnumerateArray().Select(job => job.EnumerateObject().Single().Name);
        Assert.Equal(submitted, listed.Where(submitted.Contains));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/logs")]
    [InlineData("/explain")]
    [InlineData("/timeline")]
    public async Task An_unknown_job_is_404(string part)
    {
        foreach (string id in (string[])["x", "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11", "a b"])
        {
            Answer answer = await Edge.GetAsync($"/jobs/{Uri.EscapeDataString(id)}{part}");
            Assert.Equal((404, $"The job {id} doesn't exist"), (answer.Status, answer.Message));
        }
    }

    [Fact]
    public async Task Logs_are_plain_text_and_empty_while_there_are_none()
    {
        await using Edge edge = await Edge.StartAsync();
        edge.Backend.AutoRun = false;
        string id = (await edge.SubmitAsync()).Id.ToString();
        Answer none = await edge.GetAsync($"/jobs/{id}/logs");
        Assert.Equal((200, "text/plain; charset=utf-8", ""), (none.Status, none.ContentType, none.Text));
        await edge.SendAsync("DELETE", $"/jobs/{id}/");
        await Eventually.TrueAsync(
            async () => (await edge.GetAsync($"/jobs/{id}")).Json.GetProperty("status").GetString() == "stopped", "the job is stopped");
        Answer answer = await edge.GetAsync($"/jobs/{id}/logs");
        Assert.Equal((200, "text/plain; charset=utf-8"), (answer.Status, answer.ContentType));
    }

    [Fact]
    public void Every_field_of_the_published_request_is_known()
    {
        foreach (string field in RequestFields.All.Known.Keys.Where(field => field != JobRequestFields.SecretNames))
            Assert.DoesNotContain(
                ReanaApi.Problems("JobRequest", JsonDocument.Parse($"{{\"{field}\": null}}").RootElement),
                problem => problem.Contains("unexpected"));
    }
}
