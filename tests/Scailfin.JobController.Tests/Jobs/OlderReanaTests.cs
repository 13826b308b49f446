using Scailfin.Core.Jobs;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract J: what REANA 0.9 does otherwise.</summary>
public sealed class OlderReanaTests : IAsyncLifetime
{
    private Edge _edge = null!;

    public async ValueTask InitializeAsync() => _edge = await Edge.StartAsync(requests: rules => rules with { OlderReana = true });

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        Job job = await _edge.SubmitAsync("\"foo\": {\"a\": \"\\ud800\"}, \"\\ud800\": 1, \"experiment\": \"atlas\"");
        Assert.Empty(job.Spec.BackendFields);
    }

    [Fact]
    public async Task Problems_stand_at_the_top_level()
    {
        Answer answer = await _edge.PostAsync(_edge.Request("\"job_name\": 1, \"foo\": 2"));
        Assert.Equal((400, "{\"job_name\":[\"Not a valid string.\"]}\n"), (answer.Status, answer.Text));
        Answer limit = await _edge.PostAsync(_edge.Request("\"kubernetes_job_timeout\": 0"));
        Assert.Equal("{\"_schema\":[\"kubernetes_job_timeout must be greater than 0.Provided value is 0.\"]}\n", limit.Text);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(99, null)]
    [InlineData(100, 100)]
    public async Task A_uid_below_100_gives_way_to_the_default(int uid, int? kept) =>
        Assert.Equal(kept, (await _edge.SubmitAsync($"\"kubernetes_uid\": {uid}")).Spec.BackendFields.Number("kubernetes_uid"));

    [Fact]
    public async Task An_unknown_job_is_404_too() => Assert.Equal(404, (await _edge.GetAsync("/jobs/x")).Status);
}
