namespace Scailfin.JobController.Tests.Hosting;

/// <summary>Contract A.2, row by row.</summary>
public sealed class ExactRoutingTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Any = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";

    [Theory]
    [InlineData("PUT", "/jobs", "GET, HEAD, POST, OPTIONS")]
    [InlineData("DELETE", "/jobs", "GET, HEAD, POST, OPTIONS")]
    [InlineData("FOO", "/jobs", "GET, HEAD, POST, OPTIONS")]
    [InlineData("PATCH", "/jobs/X", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "/jobs/X", "GET, HEAD, OPTIONS")]
    [InlineData("GET", "/jobs/X/", "DELETE, OPTIONS")]
    [InlineData("HEAD", "/jobs/X/", "DELETE, OPTIONS")]
    [InlineData("POST", "/jobs/X/", "DELETE, OPTIONS")]
    [InlineData("POST", "/jobs/X/logs", "GET, HEAD, OPTIONS")]
    [InlineData("DELETE", "/shutdown", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "/shutdown", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "/job_cache", "GET, HEAD, OPTIONS")]
    [InlineData("DELETE", "/apispec", "GET, HEAD, OPTIONS")]
    public async Task Another_method_is_answered_with_405_and_the_allowed_ones(string method, string path, string allow)
    {
        Answer answer = await fixture.Edge.SendAsync(method, path);
        Assert.Equal(405, answer.Status);
        Assert.Equal(allow, answer.Allow);
        Assert.Equal("application/json", answer.ContentType);
        if (method != "HEAD")
            Assert.Contains(allow, answer.Message);
    }

    [Theory]
    [InlineData("/jobs", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/jobs/X", "GET, HEAD, OPTIONS")]
    [InlineData("/jobs/X/", "DELETE, OPTIONS")]
    [InlineData("/jobs/X/logs", "GET, HEAD, OPTIONS")]
    [InlineData("/shutdown", "GET, HEAD, OPTIONS")]
    [InlineData("/job_cache", "GET, HEAD, OPTIONS")]
    [InlineData("/apispec", "GET, HEAD, OPTIONS")]
    [InlineData("/healthz", "GET, HEAD, OPTIONS")]
    public async Task Options_is_answered_with_the_allowed_methods_and_no_body(string path, string allow)
    {
        Answer answer = await fixture.Edge.SendAsync("OPTIONS", path);
        Assert.Equal((200, allow, "", 0), (answer.Status, answer.Allow, answer.Text, answer.ContentLength));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nothing")]
    [InlineData("OPTIONS", "/nothing")]
    [InlineData("GET", "/jobs/")]
    [InlineData("POST", "/jobs/")]
    [InlineData("GET", "/jobs/X/logs/")]
    [InlineData("GET", "/shutdown/")]
    [InlineData("GET", "/apispec/")]
    [InlineData("GET", "/JOBS")]
    [InlineData("GET", "/jobs/X/Logs")]
    [InlineData("DELETE", "/jobs//")]
    [InlineData("GET", "/jobs/X/logs/more")]
    public async Task A_path_that_upstream_has_not_is_404(string method, string path)
    {
        Answer answer = await fixture.Edge.SendAsync(method, path);
        Assert.Equal((404, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal("There is nothing at this path.", answer.Message);
    }

    [Theory]
    [InlineData("/jobs")]
    [InlineData("/jobs/" + Any)]
    [InlineData("/jobs/" + Any + "/logs")]
    [InlineData("/apispec")]
    [InlineData("/job_cache")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/nothing")]
    public async Task Head_has_the_headers_of_get_and_no_body(string path)
    {
        Answer get = await fixture.Edge.GetAsync(path);
        Answer head = await fixture.Edge.SendAsync("HEAD", path);
        Assert.Equal((get.Status, get.ContentType, get.ContentLength, ""), (head.Status, head.ContentType, head.ContentLength, head.Text));
        Assert.True(get.ContentLength > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Delete_takes_a_job_with_and_without_a_slash(string slash)
    {
        string id = (await fixture.Edge.SubmitAsync()).Id.ToString();
        Answer answer = await fixture.Edge.SendAsync("DELETE", $"/jobs/{id}{slash}?compute_backend=other");
        Assert.Equal((204, ""), (answer.Status, answer.Text));
        Answer unknown = await fixture.Edge.SendAsync("DELETE", $"/jobs/{Any}{slash}");
        Assert.Equal((404, $"The job {Any} doesn't exist"), (unknown.Status, unknown.Message));
    }
}
