using System.Buffers;
using Scailfin.JobManagers.Kubernetes.Api;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>One log that is followed: its newest part, from an offset on. It ends if no client reads it for a while.</summary>
internal sealed class LiveLogStream(long from, TimeProvider time)
{
    private const int Kept = 4 << 20;
    private static readonly TimeSpan IdleBound = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _idle = new(IdleBound, time);
    private byte[] _bytes = [];
    private readonly long _from = from;
    private long _start = from;
    private long _seen;
    private bool _ended;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether bytes from that offset on are here or will come.</summary>
    public bool Covers(long offset)
    {
        lock (_lock)
            return offset >= _start && !(_ended && offset > _start + _bytes.Length);
    }

    public void Start(Func<CancellationToken, Task<ApiStream>> open, Action ended) => _ = PumpAsync(open, ended);

    public void Close() => _idle.Cancel();

    public async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, int limit, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_idle.IsCancellationRequested)
            _idle.CancelAfter(IdleBound);
        Task news;
        lock (_lock)
        {
            if (Take(offset, limit) is { Length: > 0 } bytes)
                return bytes;
            if (_ended)
                return default;
            news = _news.Task;
        }

        await Task.WhenAny(news, Task.Delay(patience, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Take(offset, limit);
    }

    private ReadOnlyMemory<byte> Take(long offset, int limit)
    {
        long at = offset - _start;
        return at < 0 || at >= _bytes.Length ? default : _bytes[(int)at..(int)Math.Min(_bytes.Length, at + limit)];
    }

    private async Task PumpAsync(Func<CancellationToken, Task<ApiStream>> open, Action ended)
    {
        try
        {
            using ApiStream stream = await open(_idle.Token);
            if (stream.Refusal is null)
                await PumpAsync(stream);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or HttpRequestException or ApiUnreachableException)
        {
            // The next read opens the stream again.
        }
        finally
        {
            lock (_lock)
                _ended = true;
            _news.TrySetResult();
            ended();
        }
    }

    private async Task PumpAsync(ApiStream stream)
    {
        var sanitizer = new LogSanitizer();
        var whole = new ArrayBufferWriter<byte>();
        byte[] buffer = new byte[16 << 10];
        await using Stream body = await stream.BodyAsync(_idle.Token);
        int read;
        while ((read = await body.ReadAsync(buffer, _idle.Token)) > 0)
        {
            sanitizer.Write(buffer.AsSpan(0, read), whole);
            Append(whole.WrittenSpan);
            whole.ResetWrittenCount();
        }

        sanitizer.Finish(whole);
        Append(whole.WrittenSpan);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            // Skip the bytes before the requested offset: the caller has them already.
            long skip = Math.Max(0, _from - _seen);
            _seen += bytes.Length;
            if (skip >= bytes.Length)
                return;
            bytes = bytes[(int)skip..];
            int over = Math.Max(0, _bytes.Length + bytes.Length - Kept);
            int drop = Math.Min(over, _bytes.Length);
            _bytes = [.. _bytes.AsSpan(drop), .. bytes];
            _start += drop;
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.TrySetResult();
    }
}
