using Scailfin.Core.Jobs;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract C.2, and our own rules of <c>env_vars</c>.</summary>
public sealed class RequestEnvironmentTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Uuid = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";

    private Edge Edge => fixture.Edge;

    [Fact]
    public async Task Texts_stay_numbers_and_booleans_become_their_json_text_and_null_is_empty()
    {
        Job job =
            await Edge.SubmitAsync("\"env_vars\": {\"B\": \"é $x\", \"A\": 1.50, \"C\": true, \"D\": \"\", \"B\": \"again\", \"E\": null}");
        Assert.Equal(
            ["B=again", "A=1.50", "C=true", "D=", "E=", $"REANA_WORKSPACE={Edge.Workspace}", $"REANA_WORKFLOW_UUID={Uuid}"],
            job.Spec.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public async Task What_REANA_sets_overwrites_in_place()
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { DaskScheduler = "tcp://127.0.0.1:8080" });
        Job job = await edge.SubmitAsync("\"env_vars\": {\"REANA_WORKFLOW_UUID\": \"x\", \"A\": \"a\", \"REANA_WORKSPACE\": \"y\"}");
        Assert.Equal(
            [$"REANA_WORKFLOW_UUID={Uuid}", "A=a", $"REANA_WORKSPACE={edge.Workspace}", "DASK_SCHEDULER_URI=tcp://127.0.0.1:8080"],
            job.Spec.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Theory]
    [InlineData("{\"A\": [\"x\"]}", "'A': The value must be a string, a number or a boolean, got ['x'].")]
    [InlineData("{\"A\": {}}", "'A': The value must be a string, a number or a boolean, got {}.")]
    [InlineData("{\"\": \"x\"}", "'': The name of a variable cannot be empty.")]
    [InlineData("{\"A=B\": \"x\"}", "'A=B': The name of a variable cannot contain '=' or NUL.")]
    [InlineData("{\"A\\u0000\": \"x\"}", "'A\\\\x00': The name of a variable cannot contain '=' or NUL.")]
    [InlineData("{\"\\ud800\": \"x\"}", "'\\\\ud800': The name of a variable cannot contain a lone surrogate (half of a UTF-16 pair).")]
    [InlineData("{\"A\": \"\\u0000\"}", "'A': Not valid text: it contains the character NUL, which cannot be stored.")]
    [InlineData(
        "{\"A\": \"\\udc00\"}", "'A': Not valid text: it contains a lone surrogate (half of a UTF-16 pair), which cannot be stored.")]
    [InlineData("{\"A\": 1e400}", "'A': Number too large.")]
    [InlineData("[]", "Not a valid mapping type.")]
    [InlineData("\"A=1\"", "Not a valid mapping type.")]
    public Task Another_variable_is_refused_by_its_name(string sent, string message) =>
        Edge.RefusesAsync(Edge.Request($"\"env_vars\": {sent}"), $$"""{"env_vars":["{{message}}"]}""");

    [Fact]
    public async Task An_environment_over_its_limit_is_refused_with_the_limit()
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { Limits = new RequestLimits { Environment = 5 } });
        await edge.SubmitAsync("\"env_vars\": {\"A\": \"1\", \"é\": \"\", \"B\": \"\"}");
        await edge.RefusesAsync(
            edge.Request("\"env_vars\": {\"A\": \"1\", \"é\": \"éé\"}"),
            """{"env_vars":["Longer than the 5 bytes that all names and values together may have: 8."]}""");
    }
}
