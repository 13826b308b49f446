using System.Net;
using System.Text;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>What tests ask of a service, wherever it runs.</summary>
internal abstract class ServiceClient(HttpClient http)
{
    public HttpClient Http => http;

    public Task ReadyAsync(TimeSpan? bound = null) => Poll.UntilAsync("the service is ready", bound ?? Eventually.Standstill, async () =>
    {
        using HttpResponseMessage answer = await Http.GetAsync("/readyz");
        return answer.StatusCode == HttpStatusCode.OK;
    });

    /// <summary>A request that the local backend accepts, and with an image others.</summary>
    public static Dictionary<string, object> Request(string workspace, string command, string image = "") => new(StringComparer.Ordinal)
    {
        ["job_name"] = "step",
        ["workflow_uuid"] = "a35fe8a8-4b2c-4b5e-9a6f-3f5f8f7f0a11",
        ["workflow_workspace"] = workspace,
        ["docker_img"] = image,
        ["cmd"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(command)),
    };

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(object request, string? key = null)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json") };
        if (key is not null)
            post.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage answer = await Http.SendAsync(post);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Submits to a service that may die meanwhile, and stops the job after a while where that is wanted. What a dead service did not answer it did not promise.</summary>
    /// <param name="request">The job's.</param>
    /// <param name="stopAfter">How long after the answer; null for never.</param>
    /// <param name="answered">Called with the job's id once it is promised.</param>
    /// <param name="key">The Idempotency-Key, if it has one.</param>
    public async Task SubmitToMortalAsync(object request, TimeSpan? stopAfter, Action<string> answered, string? key = null)
    {
        try
        {
            (HttpStatusCode status, JsonElement body) = await PostAsync(request, key);
            Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
            string id = body.GetProperty("job_id").GetString()!;
            answered(id);
            if (stopAfter is not { } wait)
                return;
            await Task.Delay(wait, TimeProvider.System);
            using HttpResponseMessage stopped = await Http.DeleteAsync($"/jobs/{id}");
            Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        }
        catch (HttpRequestException)
        {
            // It died.
        }
    }

    /// <summary>Whether it answers, and every job has ended.</summary>
    public async Task<bool> IsIdleAsync()
    {
        try
        {
            return (await ListAsync()).All(job => job.IsTerminal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Submits a job that must be accepted.</summary>
    public async Task<string> SubmitAsync(string workspace, string command, string image = "")
    {
        (HttpStatusCode status, JsonElement body) = await PostAsync(Request(workspace, command, image));
        Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
        return body.GetProperty("job_id").GetString()!;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(path);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>All jobs in the order of the answer.</summary>
    public async Task<IReadOnlyList<JobSeen>> ListAsync()
    {
        (HttpStatusCode status, JsonElement body) = await GetAsync("/jobs");
        Assert.Equal(HttpStatusCode.OK, status);
        return
        [
            .. body.GetProperty("jobs").EnumerateArray().Select(entry => entry.EnumerateObject().Single())
                .Select(entry => new JobSeen(entry.Name, entry.Value.GetProperty("status").GetString()!, entry.Value.GetProperty("cmd").GetString()!)),
        ];
    }

    public async Task<string> StatusAsync(string id) => (await GetAsync($"/jobs/{id}")).Body.GetProperty("status").GetString()!;

    public Task WaitForAsync(string id, string status, TimeSpan? bound = null) =>
        Poll.UntilAsync($"job {id} is {status}", bound ?? Eventually.Standstill, async () => await StatusAsync(id) == status);

    private static JsonElement Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

/// <summary>A job as the list shows it.</summary>
internal sealed record JobSeen(string Id, string Status, string Command)
{
    public bool IsTerminal => Status is "finished" or "failed" or "stopped";
}
