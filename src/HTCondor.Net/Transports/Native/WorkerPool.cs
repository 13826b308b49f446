using System.Threading.Channels;
using HTCondor.Net.Transports.Native.Protocol;
using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Transports.Native;

/// <summary>The workers of one identity, and the calls that wait for one: a bounded queue, first come, first served.</summary>
internal sealed class WorkerPool : IAsyncDisposable
{
    private readonly NativeTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<WorkerCall> _queue;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _slots;
    private long _lastId;

    public WorkerPool(NativeTransportOptions options, TimeProvider time, ILogger logger)
    {
        options.Validate();
        _options = options;
        _time = time;
        _queue = Channel.CreateBounded<WorkerCall>(new BoundedChannelOptions(options.LongestQueue) { SingleReader = options.Workers == 1 });
        _slots = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ =>
            new WorkerSlot(options, time, logger).RunAsync(_queue.Reader, _closing.Token)));
    }

    /// <exception cref="HTCondorException">The call failed.</exception>
    public async Task<WorkerAnswer> CallAsync(WorkerRequest request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new WorkerCall(request with { Id = Interlocked.Increment(ref _lastId) }, deadline, _time);
        if (!_queue.Writer.TryWrite(call))
            throw new HTCondorException(
                _closing.IsCancellationRequested ? WorkerErrors.Closed(request) : WorkerErrors.QueueFull(request, _options.LongestQueue));
        await using ITimer expiry = _time.CreateTimer(
            static call => ((WorkerCall)call!).Expire(), call, deadline, Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration cancelled = cancellationToken.Register(
            static (call, token) => ((WorkerCall)call!).Cancel(token), call);
        return await call.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
            return;
        await _closing.CancelAsync();
        _queue.Writer.TryComplete();
        await _slots;
        while (_queue.Reader.TryRead(out WorkerCall? call))
            call.Fail(WorkerErrors.Closed(call.Request));
    }
}
