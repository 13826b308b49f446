using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary><c>GET /jobs/{id}/logs</c>: all of it, what follows a byte of it, or what follows as it is written.</summary>
internal sealed class LogsEndpoint(JobService service, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>How long a request waits for a log while the database is unreachable (design, section 4: reads wait, then 503).</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Bytes read before the client has to take them.</summary>
    private const int LargestUnsent = 64 << 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LogStream _stream = new(service, time);

    public async Task HandleAsync(HttpContext context, Job job)
    {
        var arguments = new QueryArguments(context.Request.Query);
        long offset = arguments.Number("offset", 0, long.MaxValue, "a whole number of bytes, 0 or more") ?? 0;
        bool follow = arguments.Flag("follow");
        if (arguments.Problem is { } problem)
        {
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (follow)
            await FollowAsync(context, job, offset);
        else
            await SendAsync(context, job, offset);
    }

    /// <summary>A stream would otherwise hold up the end of the service for as long as its client listens.</summary>
    private async Task FollowAsync(HttpContext context, Job job, long offset)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await _stream.SendAsync(context, job, offset, ended.Token);
    }

    private async Task SendAsync(HttpContext context, Job job, long offset)
    {
        await using Stream logs = await OpenAsync(job, context.RequestAborted);
        logs.Position = Math.Min(offset, logs.Length);
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = logs.Length - logs.Position;
        if (!HttpMethods.IsHead(context.Request.Method))
            await logs.CopyToAsync(context.Response.Body, LargestUnsent, context.RequestAborted);
    }

    private async Task<Stream> OpenAsync(Job job, CancellationToken aborted)
    {
        long begin = time.GetTimestamp();
        CancellationToken stopping = lifetime.ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        while (true)
        {
            try
            {
                return await service.OpenLogsAsync(job, aborted);
            }
            catch (JobStoreUnavailableException) when (time.GetElapsedTime(begin) < Bound && !stopping.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                aborted.ThrowIfCancellationRequested();
            }
        }
    }
}
