using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>A job's log as lines of JSON, each sent as soon as there is something to say; the last one says so.</summary>
internal sealed class LogStream(JobService service, TimeProvider time)
{
    /// <summary>
    /// The time without output after which an empty chunk is sent: proxies close connections that are silent for a minute.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    public async Task SendAsync(HttpContext context, Job job, long offset, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";

        // https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        try
        {
            await context.Response.StartAsync(cancellationToken);
            await foreach (LogChunk chunk in WithHeartbeatsAsync(job, offset, cancellationToken))
            {
                JobStatus status = (await service.FindAsync(job.Id, cancellationToken) ?? job).Status;
                await context.Response.Body.WriteAsync(JsonAnswer.Write(json => Write(json, chunk, status)), cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client has disconnected, its token is no longer valid, or the service stops. The client can continue from next_offset.
        }
    }

    private static void Write(Utf8JsonWriter json, LogChunk chunk, JobStatus status)
    {
        json.WriteStartObject();
        json.WriteBoolean("last", chunk.IsLast);
        json.WriteNumber("next_offset", chunk.NextOffset);
        json.WriteNumber("offset", chunk.Offset);
        json.WriteString("status", status.Name());
        json.WriteString("text", chunk.Text);
        json.WriteEndObject();
    }

    private async IAsyncEnumerable<LogChunk> WithHeartbeatsAsync(
        Job job, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An enumerator cannot be disposed of while MoveNextAsync is pending: that call is cancelled first.
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<LogChunk> chunks = FollowAsync(job, offset, left.Token).GetAsyncEnumerator(left.Token);
        Task<bool> next = Task.FromResult(false);
        try
        {
            while (true)
            {
                next = chunks.MoveNextAsync().AsTask();
                while (!await AnsweredAsync(next, cancellationToken))
                    yield return new LogChunk(offset, offset, "", IsLast: false);
                if (!await next)
                    break;
                offset = chunks.Current.NextOffset;
                yield return chunks.Current;
            }
        }
        finally
        {
            await left.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await chunks.DisposeAsync();
        }
    }

    private async Task<bool> AnsweredAsync(Task next, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(Heartbeat, time, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }

    /// <summary>
    /// If the log of an ended job is in a store that is unavailable, retries for as long as the client is connected.
    /// </summary>
    private async IAsyncEnumerable<LogChunk> FollowAsync(Job job, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<LogChunk> chunks = service.FollowLogsAsync(job, offset, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                bool? more = await MoveAsync(chunks);
                if (more == false)
                    yield break;
                if (more == true)
                {
                    offset = chunks.Current.NextOffset;
                    yield return chunks.Current;
                    continue;
                }

                await chunks.DisposeAsync();
                await Task.Delay(StorePause, time, cancellationToken);
                chunks = service.FollowLogsAsync(job, offset, cancellationToken).GetAsyncEnumerator(cancellationToken);
            }
        }
        finally
        {
            await chunks.DisposeAsync();
        }
    }

    /// <summary>Waits for the next chunk; null if the store is unavailable.</summary>
    private static async Task<bool?> MoveAsync(IAsyncEnumerator<LogChunk> chunks)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (JobStoreUnavailableException)
        {
            return null;
        }
    }
}
