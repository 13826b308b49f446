using Scailfin.JobManagers.Kubernetes.Api;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>Reads one container's log, bounded and as text.</summary>
internal sealed class ContainerLog(KubernetesApi api, int limitMegabytes, TimeProvider time)
{
    private const int Tail = 1 << 20;
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(30);

    /// <summary>All that there is of it now; null where Kubernetes has none (any more).</summary>
    /// <exception cref="ApiUnreachableException">It could not be read this time.</exception>
    public async Task<string?> ReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        using ApiStream stream = await api.LogAsync(pod, container, follow: false, cancellationToken);
        if (stream.Refusal is { } refusal)
        {
            // Of a container that never ran: 400. Of a pod that is gone: 404. Of a node that is gone: 500.
            return refusal.Code is 429 or 503
                ? throw new ApiUnreachableException(refusal.Sentence, mayHaveArrived: false, new HttpRequestException(refusal.Sentence))
                : null;
        }

        var text = new HeadAndTail(limitMegabytes << 20, Tail);
        return await PumpAsync(stream, text, SilenceBound, throwWhenCut: true, cancellationToken);
    }

    /// <summary>Follows it until the container has ended, for so long at most. The head of the answer has come when this returns.</summary>
    public async Task<Task<string?>> FollowAsync(string pod, string container, TimeSpan bound, CancellationToken cancellationToken)
    {
        ApiStream stream = await api.LogAsync(pod, container, follow: true, cancellationToken);
        if (stream.Refusal is not null)
        {
            stream.Dispose();
            return Task.FromResult<string?>(null);
        }

        return FollowToEndAsync(stream, bound);
    }

    private async Task<string?> FollowToEndAsync(ApiStream stream, TimeSpan bound)
    {
        using (stream)
            return await PumpAsync(stream, new HeadAndTail(limitMegabytes << 20, Tail), bound, throwWhenCut: false, CancellationToken.None);
    }

    private async Task<string?> PumpAsync(
        ApiStream stream, HeadAndTail text, TimeSpan bound, bool throwWhenCut, CancellationToken cancellationToken)
    {
        var sanitizer = new LogSanitizer();
        using var deadline = new CancellationTokenSource(bound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        byte[] buffer = new byte[16 << 10];
        try
        {
            await using Stream body = await stream.BodyAsync(either.Token);
            int read;
            while ((read = await body.ReadAsync(buffer, either.Token)) > 0)
            {
                sanitizer.Write(buffer.AsSpan(0, read), text);
                if (throwWhenCut)
                    deadline.CancelAfter(bound);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (throwWhenCut)
                throw new ApiUnreachableException(
                    $"A log could not be read to its end: {exception.Message}", mayHaveArrived: false, exception);
        }

        sanitizer.Finish(text);
        return text.ToString();
    }
}
