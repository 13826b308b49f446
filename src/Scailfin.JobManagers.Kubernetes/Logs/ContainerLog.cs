using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Reads one container's log, bounded and as text. What cannot be read is tried again for a while, and then has a line in its place that
/// says what Kubernetes answered.
/// </summary>
internal sealed class ContainerLog(KubernetesApi api, int limitMegabytes, TimeProvider time)
{
    private const int Tail = 1 << 20;
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(30);

    /// <summary>A node that does not answer for so long does not answer soon; the job's end waits for this.</summary>
    private static readonly TimeSpan RetryBound = TimeSpan.FromSeconds(30);

    /// <summary>All that there is of it now, or why there is nothing.</summary>
    /// <exception cref="ApiUnreachableException">The API server itself gave no answer, or is too busy.</exception>
    public async Task<string?> ReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        var pauses = new Pauses(time);
        while (true)
        {
            (string text, bool mayBeBetter) = await TryReadAsync(pod, container, cancellationToken);
            if (!mayBeBetter || time.GetElapsedTime(begun) >= RetryBound)
                return text;
            await pauses.NextAsync(cancellationToken);
        }
    }

    /// <summary>Follows it until the container has ended, for so long at most. The head of the answer has come when this returns.</summary>
    public async Task<Task<string?>> FollowAsync(string pod, string container, TimeSpan bound, CancellationToken cancellationToken)
    {
        ApiStream stream = await api.LogAsync(pod, container, follow: true, cancellationToken);
        if (stream.Refusal is { } refusal)
        {
            stream.Dispose();
            return Task.FromResult(refusal.IsTransient ? null : MissingLog.Line(container, refusal));
        }

        return FollowToEndAsync(stream, bound);
    }

    private async Task<(string Text, bool MayBeBetter)> TryReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        using ApiStream stream = await api.LogAsync(pod, container, follow: false, cancellationToken);
        if (stream.Refusal is { } refusal)
        {
            // These are the API server's own; the rest comes from the node, or from nobody who will know more.
            return refusal is { Class: RefusalClass.Unauthorized or RefusalClass.Throttled } or { Reason: "ServiceUnavailable" }
                ? throw new ApiUnreachableException(refusal.Sentence, mayHaveArrived: false, new HttpRequestException(refusal.Sentence))
                : (MissingLog.Line(container, refusal), refusal.IsTransient);
        }

        var text = new HeadAndTail(limitMegabytes << 20, Tail);
        return await PumpAsync(stream, text, SilenceBound, isSilence: true, cancellationToken) is { } cut
            ? (MissingLog.End(text.ToString(), $"The log of container {container} could not be read to its end: {cut}"), true)
            : (text.ToString(), false);
    }

    private async Task<string?> FollowToEndAsync(ApiStream stream, TimeSpan bound)
    {
        var text = new HeadAndTail(limitMegabytes << 20, Tail);
        using (stream)
        {
            return await PumpAsync(stream, text, bound, isSilence: false, CancellationToken.None) is { } cut
                ? MissingLog.End(text.ToString(), $"The log ends here, before the container did: {cut}")
                : text.ToString();
        }
    }

    /// <summary>Null where the log was read to its end, otherwise what cut it.</summary>
    private async Task<string?> PumpAsync(
        ApiStream stream, HeadAndTail text, TimeSpan bound, bool isSilence, CancellationToken cancellationToken)
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
                if (isSilence)
                    deadline.CancelAfter(bound);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return isSilence ? $"nothing came for {bound.TotalSeconds:0} s." : $"it was followed for {bound.TotalSeconds:0} s.";
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return exception.Message;
        }
        finally
        {
            sanitizer.Finish(text);
        }
    }
}
