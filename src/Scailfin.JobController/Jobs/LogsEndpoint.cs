using System.Text;
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
        byte[] all = Encoding.UTF8.GetBytes(await ReadAsync(job, context.RequestAborted));
        ReadOnlyMemory<byte> logs = all.AsMemory((int)Math.Min(offset, all.Length));
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = logs.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(logs, context.RequestAborted);
    }

    private async Task<string> ReadAsync(Job job, CancellationToken aborted)
    {
        long begin = time.GetTimestamp();
        CancellationToken stopping = lifetime.ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        while (true)
        {
            try
            {
                return await service.ReadLogsAsync(job, aborted);
            }
            catch (JobStoreUnavailableException) when (time.GetElapsedTime(begin) < Bound && !stopping.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                aborted.ThrowIfCancellationRequested();
            }
        }
    }
}
