using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract A.6, row by row.</summary>
public sealed class TimeLimitTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("null", "None")]
    [InlineData("\"\"", "")]
    [InlineData("\"1h\"", "1h")]
    [InlineData("\"1.5\"", "1.5")]
    [InlineData("[1, \"a\", null, 1e3]", "[1, 'a', None, 1000.0]")]
    [InlineData("{\"a\": true, \"it's\": 1e-7}", "{'a': True, \\\"it's\\\": 1e-07}")]
    [InlineData("1e400", "inf")]
    public Task What_is_no_integer_is_shown_as_Python_shows_it(string sent, string shown) => RefusesAsync(
        sent, $"kubernetes_job_timeout must be an integer. Provided value is '{shown}'.");

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-5", "-5")]
    [InlineData("-0.5", "0")]
    [InlineData("false", "0")]
    [InlineData("\" -1_0 \"", "-10")]
    public Task It_must_be_greater_than_0(string sent, string shown) => RefusesAsync(
        sent, $"kubernetes_job_timeout must be greater than 0.Provided value is {shown}.");

    [Theory]
    [InlineData("1209601", "1209601")]
    [InlineData("1209601.9", "1209601")]
    [InlineData("\"1209601\"", "1209601")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("1e20", "100000000000000000000")]
    public Task It_must_not_exceed_the_maximum(string sent, string shown) => RefusesAsync(
        sent, $"kubernetes_job_timeout exceeds maximum allowed value of 1209600 seconds. Provided value is {shown} seconds.");

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1209600", 1209600)]
    [InlineData("1000.7", 1000)]
    [InlineData("\"60\"", 60)]
    [InlineData("true", 1)]
    public async Task What_is_asked_for_holds(string sent, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await fixture.Edge.SubmitAsync($"\"kubernetes_job_timeout\": {sent}")).Spec.Timeout);

    [Fact]
    public Task It_comes_first_and_alone() => fixture.Edge.RefusesAsync(
        "{\"foo\": 1, \"job_name\": null, \"kubernetes_job_timeout\": 0}",
        """{"_schema":["kubernetes_job_timeout must be greater than 0.Provided value is 0."]}""");

    [Theory]
    [InlineData("")]
    [InlineData("1h")]
    [InlineData("60.0")]
    public async Task A_default_that_is_no_integer_refuses_what_asks_for_none(string setting)
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { DefaultTimeout = setting });
        string problem =
            $$"""{"_schema":["Default value of kubernetes_job_timeout is not an integer. Provided value is '{{setting}}'. """
                + """Please contact the administrator."]}""";
        await edge.RefusesAsync(edge.Request(), problem);
        await edge.RefusesAsync("[1]", problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1h")]
    public async Task A_maximum_that_is_no_integer_refuses_every_request(string setting)
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { LongestTimeout = setting });
        string problem =
            $$"""{"_schema":["Max value for kubernetes_job_timeout is not an integer. Provided value is '{{setting}}'. """
                + """Please contact the administrator."]}""";
        await edge.RefusesAsync(edge.Request(), problem);
        await edge.RefusesAsync(edge.Request("\"kubernetes_job_timeout\": 1"), problem);
    }

    [Fact]
    public async Task The_default_is_checked_against_the_maximum()
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { DefaultTimeout = "20", LongestTimeout = " 10 " });
        await edge.RefusesAsync(
            edge.Request(),
            """{"_schema":["kubernetes_job_timeout exceeds maximum allowed value of 10 seconds. Provided value is 20 seconds."]}""");
    }

    private Task RefusesAsync(string sent, string message) =>
        fixture.Edge.RefusesAsync(fixture.Edge.Request($"\"kubernetes_job_timeout\": {sent}"), $$"""{"_schema":["{{message}}"]}""");
}
