using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Scailfin.Cli.Output;
using Scailfin.JobController.Jobs;
using Scailfin.Workflows;
using Scailfin.Workflows.Running;
using Scailfin.Workflows.Workspaces;

namespace Scailfin.Cli.Api;

/// <summary>The service's HTTP API. Each failure is an <see cref="ApiException"/> of one line.</summary>
internal sealed partial class ApiClient : IWorkflowJobs, IDisposable
{
    /// <summary>Longer than the service lets a submission wait for its backend (30 s), and than a shutdown takes (90 s).</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;

    /// <param name="address">The service's address, with a slash at its end.</param>
    /// <param name="token">The token; null sends none, and the service then answers that it requires one.</param>
    /// <param name="handler">Another transport, for tests.</param>
    public ApiClient(Uri address, string? token, HttpMessageHandler? handler = null)
    {
        // No proxy from the environment: it would receive the token, and cannot reach a service on this host's loopback address anyway.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = RequestTimeout,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<bool> IsAliveAsync(CancellationToken cancellation)
    {
        try
        {
            await SendAsync(HttpMethod.Get, "healthz", null, cancellation);
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    /// <summary>The first of the service's workspace roots.</summary>
    public async Task<string> WorkspaceRootAsync(CancellationToken cancellation)
    {
        using JsonDocument answer = await GetAsync(WorkspaceRootsEndpoint.Path[1..], cancellation);
        return answer.RootElement.GetProperty(WorkspaceRootsEndpoint.Member).EnumerateArray().First().GetString()!;
    }

    public async Task<string> SubmitAsync(WorkflowCommand command, RunWorkspace workspace, CancellationToken cancellation)
    {
        using var body = new ReadOnlyMemoryContent(JobRequest.Write(command, workspace));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using JsonDocument answer = Json(await SendAsync(HttpMethod.Post, "jobs", body, cancellation));
        return answer.RootElement.Text("job_id") is { Length: > 0 } id
            ? id
            : throw new ApiException("The service answered without a job_id.");
    }

    public async Task<string> StatusAsync(string id, CancellationToken cancellation)
    {
        using JsonDocument answer = await GetAsync($"jobs/{Uri.EscapeDataString(id)}", cancellation);
        return answer.RootElement.Text("status");
    }

    public Task<string> LogsAsync(string id, CancellationToken cancellation, long offset = 0) =>
        SendAsync(HttpMethod.Get, $"jobs/{Uri.EscapeDataString(id)}/logs" + (offset > 0 ? $"?offset={offset}" : ""), null, cancellation);

    public Task StopAsync(string id, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, $"jobs/{Uri.EscapeDataString(id)}/", null, cancellation);

    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation) =>
        Json(await SendAsync(HttpMethod.Get, path, null, cancellation));

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
            string text = await response.Content.ReadAsStringAsync(cancellation);
            if (response.IsSuccessStatusCode)
                return text;
            throw new ApiException(ApiError.Text(response.StatusCode, text))
            {
                IsTransient = response.StatusCode >= HttpStatusCode.InternalServerError
                    || response.StatusCode == HttpStatusCode.TooManyRequests,
            };
        }
        catch (HttpRequestException e)
        {
            string message = e.HttpRequestError == HttpRequestError.ConnectionError
                ? $"No service answers at {_http.BaseAddress}: start one with 'scailfin serve', or set SCAILFIN_URL."
                : $"The request to {_http.BaseAddress}{path} failed: {e.GetBaseException().Message}";
            throw new ApiException(message, e) { IsTransient = true };
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ApiException($"The service at {_http.BaseAddress} did not answer within {RequestTimeout.TotalSeconds:0} s.", e)
            {
                IsTransient = true,
            };
        }
    }

    private static JsonDocument Json(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new ApiException("The service's answer is not JSON; is something else listening at its address?", e);
        }
    }
}
