using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract A.3: what is looked at first, and the texts.</summary>
public sealed class SubmissionOrderTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("")]
    public async Task Another_content_type_is_415(string contentType)
    {
        Answer answer = await Edge.SendAsync("POST", "/jobs", "not json", contentType);
        Assert.Equal((415, "The Content-Type must be application/json."), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task Parameters_and_case_of_the_content_type_do_not_matter(string contentType) =>
        Assert.Equal(201, (await Edge.SendAsync("POST", "/jobs", Edge.Request(), contentType)).Status);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{'a': 1}")]
    [InlineData("{\"a\": 01}")]
    [InlineData("{} {}")]
    [InlineData("{\"a\": \"\\x\"}")]
    [InlineData("{\"a\": \"\n\"}")]
    public async Task What_is_no_json_is_400(string body)
    {
        Answer answer = await Edge.PostAsync(body);
        Assert.Equal(400, answer.Status);
        Assert.StartsWith("The body is not JSON: ", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nesting_deeper_than_64_is_400() =>
        Assert.Equal(
            400,
            (await Edge.PostAsync(Edge.Request(
                $"\"env_vars\": {string.Concat(Enumerable.Repeat("{\"a\":", 200))}1{new string('}', 200)}"))).Status);

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new ByteArrayContent([.. "{\"job_name\": \""u8, 0xff, .. "\"}"u8]),
        };
        request.Content.Headers.ContentType = new("application/json");
        Answer answer = await Edge.SendAsync(request);
        Assert.Equal((400, "The body is not JSON: it is not UTF-8 text."), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("false")]
    [InlineData("\"\"")]
    public async Task A_body_that_Python_takes_for_false_is_an_empty_request(string body)
    {
        Answer answer = await Edge.PostAsync(body);
        Assert.Equal((400, "{\"message\":\"Empty request\"}\n"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("\"text\"")]
    [InlineData("\"\\ud800\"")]
    public Task A_body_that_is_no_object_is_of_an_invalid_type(string body) =>
        Edge.RefusesAsync(body, """{"_schema":["Invalid input type."]}""");

    [Fact]
    public Task An_array_is_answered_with_upstreams_words() => Edge.RefusesAsync(
        "[1]",
        """{"_schema":["Default value of kubernetes_job_timeout is not an integer. Provided value is '604800'. """
            + """Please contact the administrator."]}""");

    [Theory]
    [InlineData("Kubernetes")]
    [InlineData("htcondorcern")]
    [InlineData("")]
    [InlineData("é")]
    public async Task An_unsupported_backend_is_500_with_job_and_message(string backend)
    {
        int before = await Edge.CountAsync();
        Answer answer = await Edge.PostAsync(Edge.Request($"\"compute_backend\": \"{backend}\""));
        string text = $"Job submission failed. Backend {backend} is not supported.";
        Assert.Equal(500, answer.Status);
        Assert.Equal((text, text), (answer.Json.GetProperty("job").GetString(), answer.Message));
        Assert.Equal(2, answer.Json.EnumerateObject().Count());
        Assert.Equal(before, await Edge.CountAsync());
    }

    [Fact]
    public Task A_problem_with_a_field_wins_over_an_unsupported_backend() =>
        Edge.RefusesAsync(Edge.Request("\"compute_backend\": \"x\", \"job_name\": 1"), """{"job_name":["Not a valid string."]}""");

    [Fact]
    public async Task What_the_backend_refuses_is_500_with_its_reason()
    {
        Edge.Backend.Next(SubmitScript.Refuse);
        Answer answer = await Edge.PostAsync(Edge.Request());
        Assert.Equal((500, $"Job submission failed. \n{ScriptedJobManager.RefusalReason}"), (answer.Status, answer.Message));
    }

    /// <summary>Upstream stops at its first problem.</summary>
    [Theory]
    [InlineData(false, true, 400)]
    [InlineData(true, false, 403)]
    public async Task Of_the_problems_that_a_backend_finds_the_first_is_answered(bool firstForbidden, bool secondForbidden, int status)
    {
        var manager = new PickyJobManager(
            new SpecProblem("cmd", "first", firstForbidden), new SpecProblem("cmd", "second", secondForbidden));
        await using Edge edge = await Edge.StartAsync(replace: services =>
        {
            services.RemoveAll<IJobManagerKind>();
            services.AddSingleton<IJobManagerKind>(new ScriptedKind(manager, "kubernetes"));
        });
        Answer answer = await edge.PostAsync(edge.Request());
        Assert.Equal((status, "first"), (answer.Status, answer.Message));
        Assert.Equal(0, await edge.CountAsync());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_with_the_limit()
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { Limits = new RequestLimits { Body = 1000 } });
        Assert.Equal(201, (await edge.PostAsync(edge.Request())).Status);
        Answer answer = await edge.PostAsync(edge.Request($"\"prettified_cmd\": \"{new string('x', 1000)}\""));
        Assert.Equal((413, "The body is longer than the 1000 bytes that a request may have."), (answer.Status, answer.Message));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent(new string(' ', 100_000), null, "application/json"),
        };
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (await edge.SendAsync(chunked)).Status);
    }

    [Fact]
    public async Task An_image_that_is_not_vetted_is_403_before_the_backend_is_looked_at()
    {
        var vetted = new VettedImages(Enabled: true, new HashSet<string> { "busybox" });
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { VettedImages = vetted });
        Assert.Equal(201, (await edge.PostAsync(edge.Request())).Status);
        foreach (string image in (string[])["", "Busybox", "busybox:latest", "docker.io/library/busybox"])
        {
            Answer answer = await edge.PostAsync(edge.Request($"\"docker_img\": \"{image}\", \"compute_backend\": \"x\""));
            Assert.Equal((403, $"Image not allowed: {image}"), (answer.Status, answer.Message));
        }

        await edge.RefusesAsync(edge.Request("\"docker_img\": \"other\", \"cmd\": 1"), """{"cmd":["Not a valid string."]}""");
    }

    [Fact]
    public async Task After_a_shutdown_validation_still_comes_first()
    {
        await using Edge edge = await Edge.StartAsync();
        Assert.Equal((200, "All jobs stopped."), ((await edge.GetAsync("/shutdown")).Status, (await edge.GetAsync("/shutdown")).Message));
        Answer answer = await edge.PostAsync(edge.Request());
        Assert.Equal((400, "Cannot create new jobs, shutting down"), (answer.Status, answer.Message));
        Assert.Equal(500, (await edge.PostAsync(edge.Request("\"compute_backend\": \"x\""))).Status);
        Assert.Contains("docker_img", (await edge.PostAsync(edge.Request("\"docker_img\": \"\""))).Message);
        await edge.RefusesAsync(edge.Request("\"foo\": 1"), """{"foo":["Unknown field."]}""");
    }
}
