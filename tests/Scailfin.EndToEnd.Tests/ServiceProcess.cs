using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Scailfin.EndToEnd.Tests;

/// <summary>One <c>scailfin serve</c>, and a client that carries its token.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ServiceProcess(Process process, HttpClient http)
    {
        _process = process;
        Http = http;
    }

    public HttpClient Http { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits until it listens, and unless told otherwise until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(ServiceFolder folder, string? killAt = null, bool ready = true)
    {
        // A service that was killed leaves its address behind; one that runs has no need of it any more.
        if (File.Exists(folder.AddressFile))
            File.Delete(folder.AddressFile);
        Process process = Run(folder, "serve", [], killAt is null ? [] : [KeyValuePair.Create("SCAILFIN_TEST_KILL_AT", killAt)]);
        string address = await Poll.ForAsync("the service says where it listens", StartBound, () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The service ended with {process.ExitCode}: {folder.ReadLog()}");
            string text = File.Exists(folder.AddressFile) ? File.ReadAllText(folder.AddressFile) : "";
            return Task.FromResult(text.EndsWith('\n') ? text.Trim() : null);
        });
        var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(folder.TokenFile)).Trim());
        var service = new ServiceProcess(process, http);
        if (ready)
            await service.ReadyAsync(StartBound);
        return service;
    }

    /// <summary>Runs the program with its output in the folder's log.</summary>
    public static Process Run(
        ServiceFolder folder, string command, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> variables)
    {
        // The shell becomes the program; pipes would be held open by jobs that outlive it.
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        string[] shell = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "bash", folder.Log, PublishedProgram.Path, command];
        foreach (string part in shell.Concat(arguments))
            start.ArgumentList.Add(part);
        foreach ((string name, string value) in folder.Variables().Concat(variables))
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public Task ReadyAsync(TimeSpan bound) => Poll.UntilAsync("the service is ready", bound, async () =>
    {
        using HttpResponseMessage answer = await Http.GetAsync("/readyz");
        return answer.StatusCode == HttpStatusCode.OK;
    });

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> TerminateAsync(TimeSpan bound)
    {
        ProcessTable.Signal(_process.Id, ProcessTable.Terminate);
        await _process.WaitForExitAsync().WaitAsync(bound, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary>A request that the local backend accepts, and with an image others.</summary>
    public static Dictionary<string, object> Request(string workspace, string command, string image = "") => new(StringComparer.Ordinal)
    {
        ["job_name"] = "step",
        ["workflow_uuid"] = "a35fe8a8-4b2c-4b5e-9a6f-3f5f8f7f0a11",
        ["workflow_workspace"] = workspace,
        ["docker_img"] = image,
        ["cmd"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(command)),
    };

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(object request)
    {
        using var content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Http.PostAsync("/jobs", content);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
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

    public Task WaitForAsync(string id, string status, TimeSpan bound) =>
        Poll.UntilAsync($"job {id} is {status}", bound, async () => await StatusAsync(id) == status);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
        _process.Dispose();
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
