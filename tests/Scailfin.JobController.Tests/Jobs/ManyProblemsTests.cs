using System.Text.Json;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>An answer about a wrong request is short, whatever was sent.</summary>
public sealed class ManyProblemsTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("unknown fields")]
    [InlineData("variables")]
    [InlineData("members")]
    public async Task Of_a_thousand_problems_the_first_hundred_are_named_and_the_others_counted(string kind)
    {
        IEnumerable<int> numbers = Enumerable.Range(0, 1000);
        string more = kind switch
        {
            "unknown fields" => string.Join(", ", numbers.Select(number => $"\"x{number:0000}\": 1")),
            "variables" => $"\"env_vars\": {{{string.Join(", ", numbers.Select(number => $"\"v{number:0000}\": []"))}}}",
            _ => $"\"secret_names\": [{string.Join(", ", numbers.Select(_ => "null"))}]",
        };
        Answer answer = await fixture.Edge.PostAsync(fixture.Edge.Request(more));
        JsonElement problems = answer.Json.GetProperty("message");
        Assert.Equal((400, "and 900 more problems"), (answer.Status, problems.GetProperty("_schema")[0].GetString()));
        Assert.Equal(100, Leaves(problems) - 1);
    }

    /// <summary>A longer one is refused by its length.</summary>
    private const int LongestText = 16_000;

    [Theory]
    [InlineData("\"%\": 1")]
    [InlineData("\"docker_img\": 1, \"%\": 1")]
    [InlineData("\"env_vars\": {\"%\": []}")]
    [InlineData("\"env_vars\": {\"x\": [\"%\"]}")]
    [InlineData("\"workflow_uuid\": \"%\"")]
    [InlineData("\"kubernetes_job_timeout\": \"%\"")]
    [InlineData("\"htcondor_request_cpus\": \"%\"", LongestText)]
    [InlineData("\"compute_backend\": \"%\"", LongestText)]
    public async Task A_long_value_or_name_is_quoted_in_part(string more, int characters = 3 << 17)
    {
        string text = string.Concat(Enumerable.Repeat("\U0001f600é", characters / 3));
        Answer answer = await fixture.Edge.PostAsync(
            fixture.Edge.Request(more.Replace("%", text, StringComparison.Ordinal)));
        Assert.InRange(answer.Status, 400, 500);
        Assert.InRange(answer.Text.Length, 10, 100_000);
        Assert.Contains("more characters) ...", answer.Text);
        Assert.DoesNotContain("�", answer.Json.ToString());
    }

    private static int Leaves(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Sum(member => Leaves(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Sum(Leaves),
        _ => 1,
    };
}
