using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Reads one container's log, bounded and as text. What cannot be read is tried again for a while, and then has a line in its place that
/// says what Kubernetes answered.
/// </summary>
internal sealed class ContainerLog(KubernetesApi api, int limitMegabytes, TimeProvider time, FollowedLogs? followed = null)
{
    private const int Tail = 1 << 20;
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(30);

    /// <summary>A node that does not answer for so long does not answer soon; the job's end waits for this.</summary>
    private static readonly TimeSpan RetryBound = TimeSpan.FromSeconds(30);

    /// <summary>The timeout for the rest of a followed log after its container has ended.</summary>
    private static readonly TimeSpan FinishBound = TimeSpan.FromSeconds(20);

    /// <summary>All that there is of the log of a container that has ended, or why there is nothing.</summary>
    /// <exception cref="ApiUnreachableException">The API server itself gave no answer, or is too busy.</exception>
    public async Task<string?> ReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        FollowedLog? seen =
            followed is null ? null : await followed.FinishAsync(pod, container, FinishBound, cancellationToken);
        if (seen is { IsWhole: true, Text: { } whole })
            return whole;
        (string newest, long bytes) = await ReadNewestAsync(pod, container, cancellationToken);
        return seen is null || seen.Bytes <= bytes ? newest : Joined(seen, newest, bytes);
    }

    /// <summary>
    /// More was read while the container ran than Kubernetes serves now: the node has rotated the log and serves its newest file only.
    /// </summary>
    private static string Joined(FollowedLog seen, string newest, long bytes) => seen.Text is { } text
        ? MissingLog.End(text, "The log was read so far while it was written. Its node has rotated it since; the rest is the node's newest "
            + "file, which may repeat some of these lines") + newest
        : MissingLog.Line($"At least {seen.Bytes - bytes} bytes are missing here: the log was rotated by its node, which serves the newest "
            + "file only") + newest;

    private async Task<(string Text, long Bytes)> ReadNewestAsync(string pod, string container, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        var pauses = new Pauses(time);
        while (true)
        {
            (string text, long bytes, bool mayBeBetter) = await TryReadAsync(pod, container, cancellationToken);
            if (!mayBeBetter || time.GetElapsedTime(begun) >= RetryBound)
                return (text, bytes);
            await pauses.NextAsync(cancellationToken);
        }
    }

    private async Task<(string Text, long Bytes, bool MayBeBetter)> TryReadAsync(
        string pod, string container, CancellationToken cancellationToken)
    {
        using ApiStream stream = await api.LogAsync(pod, container, follow: false, cancellationToken);
        if (stream.Refusal is { } refusal)
        {
            // The API server itself refuses with these, so the request is retried; other refusals come from the node, or are final.
            return refusal is { Class: RefusalClass.Unauthorized or RefusalClass.Throttled } or { Reason: "ServiceUnavailable" }
                ? throw new ApiUnreachableException(refusal.Sentence, mayHaveArrived: false, new HttpRequestException(refusal.Sentence))
                : (MissingLog.Line(container, refusal), 0, refusal.IsTransient);
        }

        var text = new HeadAndTail(limitMegabytes << 20, Tail);
        (long bytes, string? cut) = await PumpAsync(stream, text, SilenceBound, isSilence: true, cancellationToken);
        return cut is null
            ? (text.ToString(), bytes, false)
            : (MissingLog.End(text.ToString(), $"The log of container {container} could not be read to its end: {cut}"), bytes, true);
    }

    /// <summary>The number of bytes read, and what interrupted the reading; null if the log was read to its end.</summary>
    private async Task<(long Bytes, string? Cut)> PumpAsync(
        ApiStream stream, HeadAndTail text, TimeSpan bound, bool isSilence, CancellationToken cancellationToken)
    {
        var sanitizer = new LogSanitizer();
        using var deadline = new CancellationTokenSource(bound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        byte[] buffer = new byte[16 << 10];
        long bytes = 0;
        try
        {
            await using Stream body = await stream.BodyAsync(either.Token);
            int read;
            while ((read = await body.ReadAsync(buffer, either.Token)) > 0)
            {
                bytes += read;
                sanitizer.Write(buffer.AsSpan(0, read), text);
                if (isSilence)
                    deadline.CancelAfter(bound);
            }

            return (bytes, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (bytes, isSilence ? $"nothing came for {bound.TotalSeconds:0} s." : $"it was followed for {bound.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return (bytes, exception.Message);
        }
        finally
        {
            sanitizer.Finish(text);
        }
    }
}
