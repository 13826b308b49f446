using System.Net;
using System.Text;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>What tests ask of a service, wherever it runs.</summary>
internal abstract class ServiceClient(HttpClient http)
{
    public HttpClient Http => http;

    public Task ReadyAsync() => Eventually.TrueAsync(
        async () =>
        {
            using HttpResponseMessage answer = await Http.GetAsync("/readyz");
            return answer.StatusCode == HttpStatusCode.OK;
        },
        "the service is ready");

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
        using var post = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            post.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage answer = await Http.SendAsync(post);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>
    /// Submits to a service that may die meanwhile, and stops the job after a while where that is wanted. What a dead service did not
    /// answer it did not promise.
    /// </summary>
    /// <param name="request">The job's.</param>
    /// <param name="stopAfter">How long after the answer; null for never.</param>
    /// <param name="answered">Called with the job's id once it is promised.</param>
    /// <param name="key">The Idempotency-Key, if it has one.</param>
    /// <param name="beforeStop">What has to come before the stop, if anything.</param>
    public async Task SubmitToMortalAsync(
        object request, TimeSpan? stopAfter, Action<string> answered, string? key = null, Func<Task>? beforeStop = null)
    {
        try
        {
            (HttpStatusCode status, JsonElement body) = await PostAsync(request, key);
            Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
            string id = body.GetProperty("job_id").GetString()!;
            answered(id);
            if (stopAfter is not { } wait)
                return;
            if (beforeStop is not null)
                await beforeStop();
            await Task.Delay(wait, TimeProvider.System);
            using HttpResponseMessage stopped = await Http.DeleteAsync($"/jobs/{id}");
            Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        }
        catch (HttpRequestException)
        {
            // It died.
        }
    }

    /// <summary>Waits until every job has ended, for as long as one of them moves.</summary>
    /// <param name="more">What else moves while they do not, such as what a backend writes.</param>
    /// <param name="silence">How long the service may keep still by its own rules.</param>
    public Task AllEndedAsync(Func<object?>? more = null, TimeSpan silence = default) =>
        WhileJobsMoveAsync(jobs => jobs?.All(job => job.IsTerminal) == true, "every job has ended", more, silence);

    /// <summary>Waits for what the jobs lead to, for as long as one of them moves.</summary>
    /// <param name="condition">Of all jobs; they are null where the service does not answer any more.</param>
    /// <param name="what">The condition in words.</param>
    /// <param name="more">What else moves.</param>
    /// <param name="silence">How long the service may keep still by its own rules.</param>
    public Task WhileJobsMoveAsync(
        Func<IReadOnlyList<JobSeen>?, bool> condition, string what, Func<object?>? more = null, TimeSpan silence = default)
    {
        string statuses = "";
        return Eventually.TrueAsync(
            async () =>
            {
                IReadOnlyList<JobSeen>? jobs = await ListOfMortalAsync();
                statuses = jobs is null
                    ? "a service that does not answer"
                    : string.Join(", ", jobs.CountBy(job => job.Status)
                        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                        .Select(pair => $"{pair.Value} {pair.Key}"));
                return condition(jobs);
            },
            what,
            () => more is null ? statuses : $"{statuses}; {more()}",
            silence);
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
                .Select(entry =>
                    new JobSeen(entry.Name, entry.Value.GetProperty("status").GetString()!, entry.Value.GetProperty("cmd").GetString()!)),
        ];
    }

    public async Task<string> StatusAsync(string id) => (await GetAsync($"/jobs/{id}")).Body.GetProperty("status").GetString()!;

    public Task WaitForAsync(string id, string status)
    {
        string now = "";
        return Eventually.TrueAsync(async () => (now = await StatusAsync(id)) == status, $"job {id} is {status}", () => now);
    }

    private async Task<IReadOnlyList<JobSeen>?> ListOfMortalAsync()
    {
        try
        {
            return await ListAsync();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

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
