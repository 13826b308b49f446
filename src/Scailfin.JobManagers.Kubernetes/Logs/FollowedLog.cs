using Scailfin.JobManagers.Kubernetes.Api;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>One log that is followed to its end.</summary>
/// <param name="limitMegabytes">The size of the log's beginning that is kept.</param>
/// <param name="keep">Reserves memory for log bytes, or releases it; returns false if none is left.</param>
internal sealed class FollowedLog(int limitMegabytes, Func<long, bool> keep)
{
    private const int Tail = 1 << 20;

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly long _most = ((long)limitMegabytes << 20) + Tail;
    private HeadAndTail? _text = new(limitMegabytes << 20, Tail);
    private long _room;

    /// <summary>Completes when the head of the answer has arrived, or the request has failed.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes when the reading has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Bytes that the container wrote, as far as they were read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the log was read completely, from the first request until the container had ended.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The text that was read; null if it exceeded the memory for logs.</summary>
    public string? Text
    {
        get
        {
            lock (_lock)
                return _text?.ToString();
        }
    }

    public void Stop() => _stop.Cancel();

    /// <summary>Releases the bytes that are kept.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _text = null;
            keep(-_room);
            _room = 0;
        }
    }

    /// <summary>Reads until the container ends, <see cref="Stop"/>, or the connection breaks; never fails.</summary>
    public async Task RunAsync(Func<CancellationToken, Task<ApiStream>> open, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, stopping);
        var sanitizer = new LogSanitizer();
        try
        {
            using ApiStream stream = await open(either.Token);
            _opened.TrySetResult();
            if (stream.Refusal is not null)
                return;
            byte[] buffer = new byte[16 << 10];
            await using Stream body = await stream.BodyAsync(either.Token);
            int read;
            while ((read = await body.ReadAsync(buffer, either.Token)) > 0)
                Take(sanitizer, buffer.AsSpan(0, read));
            IsWhole = true;
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or HttpRequestException or ApiUnreachableException)
        {
            // The log is not whole; it is read again, without following, when the job ends.
        }
        finally
        {
            lock (_lock)
            {
                if (_text is { } text)
                    sanitizer.Finish(text);
            }

            _opened.TrySetResult();
            _ended.TrySetResult();
        }
    }

    private void Take(LogSanitizer sanitizer, ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        lock (_lock)
        {
            long more = Math.Min(Bytes, _most) - _room;
            if (_text is null || (more > 0 && !keep(more)))
            {
                Drop();
                return;
            }

            _room += Math.Max(0, more);
            sanitizer.Write(bytes, _text);
        }
    }
}
