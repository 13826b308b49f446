namespace Scailfin.JobController.Access;

/// <summary>
/// Ends an answer that is still being sent when the token of its request stops being valid or becomes another caller's. Any endpoint may
/// stream: what it has to do is to keep to <see cref="HttpContext.RequestAborted"/>. A request that is not answered yet goes on.
/// </summary>
internal sealed class GuardedStreams(Authenticator tokens, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async Task SendAsync(HttpContext context, Caller caller, RequestDelegate next)
    {
        CancellationToken aborted = context.RequestAborted;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var timer = new PeriodicTimer(Interval, time);
        Task watch = WatchAsync(context, caller, timer, ended);
        context.RequestAborted = ended.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // The answer has begun, and is incomplete.
            context.Abort();
        }
        finally
        {
            context.RequestAborted = aborted;
            timer.Dispose();
            await watch;
        }
    }

    private async Task WatchAsync(HttpContext context, Caller caller, PeriodicTimer timer, CancellationTokenSource ended)
    {
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            if (!context.Response.HasStarted || (await tokens.CheckAsync(context.Request.Headers.Authorization)).Caller == caller)
                continue;
            await ended.CancelAsync();
            return;
        }
    }
}
