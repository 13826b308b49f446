using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Tests;

/// <summary>Plain HTTP, so that nothing of a client library hides what the server sends.</summary>
internal sealed class ApiClient : IDisposable
{
    public const string Jobs = "/apis/batch/v1/namespaces/default/jobs";
    public const string Pods = "/api/v1/namespaces/default/pods";
    private readonly HttpClient _http;

    public ApiClient(KubernetesApiServer server, string? token = null)
    {
        _http = new HttpClient { BaseAddress = server.Url, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? server.Token);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<ApiReply> SendAsync(HttpMethod method, string path, JsonNode? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        string[] warnings = response.Headers.TryGetValues("Warning", out IEnumerable<string>? values) ? [.. values] : [];
        return new ApiReply((int)response.StatusCode, text, warnings);
    }

    public Task<ApiReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<JsonNode> CreateJobAsync(JsonObject job)
    {
        ApiReply reply = await SendAsync(HttpMethod.Post, Jobs, job);
        Assert.True(reply.Status == 201, reply.Text);
        return reply.Json;
    }

    public Task<ApiReply> DeleteJobAsync(string name, string? propagation = "Background") =>
        SendAsync(HttpMethod.Delete, $"{Jobs}/{name}", propagation is null ? null : new JsonObject { ["propagationPolicy"] = propagation });

    /// <summary>The lines of a watch or a followed log, as they come.</summary>
    public async Task<LineStream> StreamAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return new LineStream(response, await response.Content.ReadAsStreamAsync(Cancellation));
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record ApiReply(int Status, string Text, IReadOnlyList<string> Warnings)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
    public string? Message => Json["message"]?.GetValue<string>();
    public string? Reason => Json["reason"]?.GetValue<string>();
}
