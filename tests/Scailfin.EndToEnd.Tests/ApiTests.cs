using System.Net;
using System.Text;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>The contract, asked of the published program.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private static readonly string[] TimelineKeys = ["at", "attempt", "detail", "event"];

    private ServiceFolder? _folder;
    private ServiceProcess? _service;

    private ServiceProcess Service => _service!;

    private string Workspace => _folder!.Workspace("w");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ = PublishedProgram.Path;
        _folder = new ServiceFolder();
        try
        {
            _service = await ServiceProcess.StartAsync(_folder);
        }
        catch
        {
            // xunit disposes of nothing that was not initialised.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (_folder is not null)
            await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_token_the_answer_is_401_in_JSON()
    {
        Service.Http.DefaultRequestHeaders.Authorization = null;
        (HttpStatusCode status, JsonElement body) = await Service.GetAsync("/jobs");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.NotEmpty(Message(body));
    }

    [Fact]
    public async Task The_health_probe_needs_no_token()
    {
        Service.Http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.OK, (await Service.GetAsync("/healthz")).Status);
    }

    [Theory]
    [InlineData("/jobs/4f0e7a3e-55d4-4ab1-9f43-8e1b6f3f7c11")]
    [InlineData("/jobs/nonsense")]
    [InlineData("/jobs/nonsense/logs")]
    [InlineData("/nowhere")]
    public async Task What_is_unknown_is_404_in_JSON(string path)
    {
        (HttpStatusCode status, JsonElement body) = await Service.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.NotEmpty(Message(body));
    }

    [Fact]
    public async Task A_job_has_exactly_the_seven_keys()
    {
        string id = await Service.SubmitAsync(Workspace, "true");
        (HttpStatusCode status, JsonElement body) = await Service.GetAsync($"/jobs/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["cmd", "cvmfs_mounts", "docker_img", "job_id", "max_restart_count", "restart_count", "status"], Keys(body));
        Assert.Equal("true", body.GetProperty("cmd").GetString());
        Assert.Equal(id, body.GetProperty("job_id").GetString());
    }

    [Fact]
    public async Task A_submission_is_answered_with_its_id_and_nothing_else()
    {
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(ServiceProcess.Request(Workspace, "true"));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["job_id"], Keys(body));
    }

    [Fact]
    public async Task An_unsupported_backend_is_said_under_both_keys()
    {
        Dictionary<string, object> request = ServiceProcess.Request(Workspace, "true");
        request["compute_backend"] = "moon";
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(request);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("Job submission failed. Backend moon is not supported.", body.GetProperty("job").GetString());
        Assert.Equal("Job submission failed. Backend moon is not supported.", Message(body));
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        Dictionary<string, object> request = ServiceProcess.Request(Workspace, "true");
        request.Remove("job_name");
        request["colour"] = "blue";
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            """{"message":{"colour":["Unknown field."],"job_name":["Missing data for required field."]}}""", body.GetRawText().Trim());
    }

    [Fact]
    public async Task An_empty_request_is_refused()
    {
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(new Dictionary<string, object>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("Empty request", Message(body));
    }

    [Fact]
    public async Task A_body_without_a_byte_is_refused_in_JSON()
    {
        using var content = new StringContent("", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Service.Http.PostAsync("/jobs", content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_workspace_outside_the_roots_is_refused()
    {
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(ServiceProcess.Request("/etc", "true"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["workflow_workspace"], Keys(body.GetProperty("message")));
    }

    [Fact]
    public async Task Logs_are_plain_text()
    {
        string id = await Service.SubmitAsync(Workspace, "echo hello; echo there >&2");
        await Service.WaitForAsync(id, "finished");
        using HttpResponseMessage answer = await Service.Http.GetAsync($"/jobs/{id}/logs", Cancellation);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("hello\nthere\n", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_deleted_job_is_stopped_and_leaves_nothing_running(string slash)
    {
        string id = await Service.SubmitAsync(Workspace, "sleep 60");
        await Service.WaitForAsync(id, "running");
        await Eventually.TrueAsync(() => _folder!.Processes.Count > 2, "the service, the wrapper and the step live");
        using HttpResponseMessage answer = await Service.Http.DeleteAsync($"/jobs/{id}{slash}", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        await Service.WaitForAsync(id, "stopped");
        await _folder!.OnlyServicesAreLeftAsync(1);
    }

    [Fact]
    public async Task Jobs_are_listed_in_the_order_of_their_submission()
    {
        var ids = new List<string>();
        for (int number = 0; number < 6; number++)
            ids.Add(await Service.SubmitAsync(Workspace, $"echo {number}"));
        Assert.Equal(ids, (await Service.ListAsync()).Select(job => job.Id));
    }

    [Fact]
    public async Task A_failed_job_is_explained_by_its_exit_code()
    {
        string id = await Service.SubmitAsync(Workspace, "exit 7");
        await Service.WaitForAsync(id, "failed");
        JsonElement body = (await Service.GetAsync($"/jobs/{id}/explain")).Body;
        Assert.Equal(
            ["attempt", "backend", "created_at", "evidence", "finished_at", "job_id", "job_name", "reasons", "started_at", "status"],
            Keys(body));
        Assert.Equal(7, body.GetProperty("evidence").GetProperty("exit_code").GetInt32());
        Assert.NotEmpty(body.GetProperty("reasons").EnumerateArray());
    }

    [Fact]
    public async Task The_timeline_tells_a_job_from_its_beginning_in_order()
    {
        string id = await Service.SubmitAsync(Workspace, "true");
        await Service.WaitForAsync(id, "finished");
        JsonElement body = (await Service.GetAsync($"/jobs/{id}/timeline")).Body;
        Assert.Equal(["entries", "job_id"], Keys(body));
        List<JsonElement> entries = [.. body.GetProperty("entries").EnumerateArray()];
        Assert.True(entries.Count >= 2, body.GetRawText());
        Assert.All(entries, entry => Assert.Equal(TimelineKeys, Keys(entry)));
        List<string> times = [.. entries.Select(entry => entry.GetProperty("at").GetString()!)];
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact]
    public async Task After_a_shutdown_nothing_is_accepted()
    {
        string id = await Service.SubmitAsync(Workspace, "sleep 60");
        Assert.Equal(HttpStatusCode.OK, (await Service.GetAsync("/shutdown")).Status);
        Assert.Equal("stopped", await Service.StatusAsync(id));
        (HttpStatusCode status, JsonElement body) = await Service.PostAsync(ServiceProcess.Request(Workspace, "true"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("Cannot create new jobs, shutting down", Message(body));
    }

    [Fact]
    public void Only_its_user_can_read_the_token() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder!.TokenFile));

    [Fact]
    public async Task A_service_that_is_asked_to_end_does_so_and_takes_its_address_away()
    {
        Assert.Equal(0, await Service.TerminateAsync());
        Assert.False(File.Exists(_folder!.AddressFile));
    }

    private static string Message(JsonElement body) => body.GetProperty("message").GetString()!;

    private static IEnumerable<string> Keys(JsonElement body) => body.EnumerateObject().Select(property => property.Name);
}
