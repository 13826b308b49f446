using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Scailfin.Cli.Output;

namespace Scailfin.Cli.Api;

/// <content>Logs as they are written.</content>
internal sealed partial class ApiClient
{
    /// <summary>The service sends a chunk at least every 15 s; after three times that, the connection counts as dead.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    /// <summary>
    /// One connection's worth of a job's log: it ends with the job's last chunk, or earlier if the connection or the service ends.
    /// </summary>
    public async IAsyncEnumerable<FollowedChunk> FollowAsync(
        string id, long offset, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        string path = $"jobs/{Uri.EscapeDataString(id)}/logs?follow=true&offset={offset}";
        using HttpResponseMessage response = await TransientlyAsync(() => OpenAsync(path, either.Token), cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await TransientlyAsync(() => lines.ReadLineAsync(either.Token).AsTask(), cancellation) is { } line)
        {
            silence.CancelAfter(LongestSilence);
            yield return Read(line);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            throw new ApiException(ApiError.Text(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation)))
            {
                IsTransient = response.StatusCode >= HttpStatusCode.InternalServerError,
            };
        }
    }

    /// <summary>Whatever the connection does, it may do better the next time.</summary>
    private async Task<T> TransientlyAsync<T>(Func<Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await read();
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            string message = e is OperationCanceledException ? "it is silent" : Lines.OneLine(e.Message);
            throw new ApiException($"The connection to {_http.BaseAddress} is lost: {message}", e) { IsTransient = true };
        }
    }

    private static FollowedChunk Read(string line)
    {
        using JsonDocument chunk = Json(line);
        JsonElement root = chunk.RootElement;
        return root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("next_offset", out JsonElement next)
            && next.TryGetInt64(out long offset)
            ? new FollowedChunk(root.Text("text"), offset, root.Text("last") == "true", root.Text("status"))
            : throw new ApiException("The service's answer is not a piece of a log; does another program listen at its address?");
    }
}
