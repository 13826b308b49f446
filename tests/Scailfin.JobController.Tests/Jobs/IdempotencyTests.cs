using System.Text;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Tests.Access;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Design, section 4.2: with a key, the same request is the same job.</summary>
public sealed class IdempotencyTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    [Fact]
    public async Task A_repeat_is_201_with_the_same_job()
    {
        string first = Id(await PostAsync(Edge, "repeat", Edge.Request()));
        Assert.Equal(first, Id(await PostAsync(Edge, "repeat", Edge.Request())));
        Assert.NotEqual(first, Id(await PostAsync(Edge, "Repeat", Edge.Request())));
        Assert.NotEqual(first, Id(await Edge.PostAsync(Edge.Request())));
        Assert.True(JobId.TryParse(first, out JobId id));
        Assert.Equal(1, Edge.Backend.Arrivals(id));
    }

    [Fact]
    public async Task A_body_that_says_the_same_in_other_words_is_the_same()
    {
        string first = Id(await PostAsync(Edge, "words", Edge.Request("\"env_vars\": {\"A\": \"é\", \"B\": \"2\"}")));
        string other = "\n" + Edge.Request("\"env_vars\": {\"B\": \"1\", \"B\": \"2\",\t\"\\u0041\": \"\\u00e9\"}").Replace(
            "\"job_name\": \"step\",", "\"job_name\": \"x\", \"job_name\": \"step\",");
        Assert.Equal(first, Id(await PostAsync(Edge, "words", other)));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_409_and_no_job()
    {
        string first = Id(await PostAsync(Edge, "other", Edge.Request()));
        int before = await Edge.CountAsync();
        foreach (string more in (string[])
        [
            "\"job_name\": \"x\"", "\"env_vars\": {\"A\": \"1\"}", "\"prettified_cmd\": \"x\"", "\"kubernetes_uid\": 1000",
        ])
        {
            Answer answer = await PostAsync(Edge, "other", Edge.Request(more));
            Assert.Equal((409, true), (answer.Status, answer.Message!.Contains(first)));
        }

        Assert.Equal(before, await Edge.CountAsync());
    }

    [Fact]
    public async Task A_rejection_is_repeated_and_the_backend_not_asked_again()
    {
        Edge.Backend.Next(SubmitScript.Refuse);
        Answer first = await PostAsync(Edge, "refused", Edge.Request());
        Assert.Equal(500, first.Status);
        int calls = Edge.Backend.SubmitCalls;
        Assert.Equal(first, await PostAsync(Edge, "refused", Edge.Request()));
        Assert.Equal(calls, Edge.Backend.SubmitCalls);
    }

    [Fact]
    public async Task Two_users_or_workflows_with_the_same_key_are_two_jobs()
    {
        using HttpClient ada = await Edge.UserAsync("ada"), bob = await Edge.UserAsync("bob");
        string request = Edge.Request(), elsewhere = Edge.Request("\"workflow_uuid\": \"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f13\"");
        string[] ids =
        [
            Id(await PostAsync(ada, "k", request)), Id(await PostAsync(bob, "k", request)), Id(await PostAsync(ada, "k", elsewhere)),
            Id(await PostAsync(Edge, "k", request)),
        ];
        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(ids[0], Id(await PostAsync(ada, "k", request)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\x7f")]
    public async Task A_key_that_is_not_visible_ascii_is_400_naming_the_header(string key)
    {
        int before = await Edge.CountAsync();
        Answer answer = await PostAsync(Edge, key, Edge.Request());
        Assert.Equal((400, true), (answer.Status, answer.Message!.Contains("Idempotency-Key")));
        Assert.Equal(before, await Edge.CountAsync());
    }

    [Fact]
    public async Task Letters_of_other_scripts_are_no_key()
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var http = new HttpClient(handler) { BaseAddress = Edge.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = Edge.Http.DefaultRequestHeaders.Authorization;
        Answer answer = await PostAsync(http, "é", Edge.Request());
        Assert.Equal((400, true), (answer.Status, answer.Message!.Contains("Idempotency-Key")));
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters_and_comes_once()
    {
        Assert.Equal(201, (await PostAsync(Edge, new string('~', 255), Edge.Request())).Status);
        Assert.Equal(400, (await PostAsync(Edge, new string('~', 256), Edge.Request())).Status);
        using HttpRequestMessage twice = Post("a", Edge.Request());
        twice.Headers.TryAddWithoutValidation("idempotency-key", "b");
        Assert.Equal(400, (await Edge.SendAsync(twice)).Status);
    }

    [Fact]
    public async Task A_hundred_at_the_same_time_are_one_job()
    {
        await using Edge edge = await Edge.StartAsync();
        string request = edge.Request("\"cmd\": \"c2xlZXA=\"");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PostAsync(edge, "many", request)));
        Assert.True(JobId.TryParse(Assert.Single(answers.Select(Id).Distinct()), out JobId id));
        Assert.Equal(1, edge.Backend.Arrivals(id));
        Assert.Equal(1, await edge.CountAsync());
    }

    [Fact]
    public async Task A_key_holds_across_a_restart()
    {
        await using Edge edge = await Edge.StartAsync();
        string first = Id(await PostAsync(edge, "k", edge.Request()));
        edge.Backend.Next(SubmitScript.Refuse);
        Answer refused = await PostAsync(edge, "r", edge.Request());
        int calls = edge.Backend.SubmitCalls;
        await edge.RestartAsync();
        Assert.Equal(first, Id(await PostAsync(edge, "k", edge.Request())));
        Assert.Equal(409, (await PostAsync(edge, "k", edge.Request("\"job_name\": \"x\""))).Status);
        Assert.Equal(refused, await PostAsync(edge, "r", edge.Request()));
        Assert.Equal(calls, edge.Backend.SubmitCalls);
    }

    private static string Id(Answer answer)
    {
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Json.GetProperty("job_id").GetString()!;
    }

    private static Task<Answer> PostAsync(Edge edge, string key, string json) => PostAsync(edge.Http, key, json);

    private static async Task<Answer> PostAsync(HttpClient http, string key, string json)
    {
        using HttpRequestMessage request = Post(key, json);
        return await Edge.SendAsync(http, request);
    }

    private static HttpRequestMessage Post(string key, string json)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }
}
