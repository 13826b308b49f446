using Scailfin.JobController.Access;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Access;

/// <summary>Tokens of users of a service.</summary>
internal static class Users
{
    /// <summary>A client with a new token; the service looks at the file at most once a second, and then knows it.</summary>
    public static async Task<HttpClient> UserAsync(this Edge edge, string name, bool administrator = false)
    {
        string token = await new UserFile(edge.Data, TimeProvider.System).CreateAsync(
            name, administrator, days: null, TestContext.Current.CancellationToken);
        HttpClient http = edge.As(token);
        await Scailfin.Testing.Eventually.TrueAsync(
            async () => (await Edge.SendAsync(http, "GET", "/jobs")).Status == 200, $"{name} is let in");
        return http;
    }

    public static async Task<string> SubmitAsync(this Edge edge, HttpClient http, string more = "")
    {
        Answer answer = await Edge.SendAsync(http, "POST", "/jobs", edge.Request(more));
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Json.GetProperty("job_id").GetString()!;
    }

    public static async Task<string[]> ListAsync(HttpClient http, string query = "") =>
        [.. (await Edge.SendAsync(http, "GET", "/jobs" + query)).Json.GetProperty("jobs").EnumerateArray()
            .Select(job => job.EnumerateObject().Single().Name)];
}
