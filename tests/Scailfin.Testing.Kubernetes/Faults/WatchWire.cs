using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>The stream of one watch, with what is wrong with it: the one place that writes lines.</summary>
internal sealed class WatchWire(HttpContext context, WatchFault? fault, TimeProvider time)
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<byte[]> _held = [];
    private readonly Random _order = new(fault?.Seed ?? 0);
    private readonly TaskCompletionSource _endAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _events;
    private volatile bool _silent;

    /// <summary>Completes when the stream shall end cleanly.</summary>
    public Task EndAsked => _endAsked.Task;

    /// <summary>Resets the connection.</summary>
    public void Cut() => context.Abort();

    public void End() => _endAsked.TrySetResult();

    public void Silence() => _silent = true;

    public async Task BeginAsync(CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await context.Response.Body.FlushAsync(cancellation);
        if (fault?.ExpireAfter != 0)
            return;
        await WriteAsync(Expired, cancellation);
        throw new WatchEndedException();
    }

    public async Task SendAsync(WatchMark mark, byte[] line, CancellationToken cancellation)
    {
        if (fault is null || mark != WatchMark.Event)
        {
            await WriteAsync(line, cancellation);
            return;
        }
        await MisbehaveAsync(line, cancellation);
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, time, cancellation);
        if (fault.ReorderWindow > 1)
        {
            _held.Add(line);
            if (_held.Count >= fault.ReorderWindow)
                await ReleaseAsync(cancellation);
        }
        else
        {
            await WriteAsync(line, cancellation);
        }
        if (fault.Doubled)
            await WriteAsync(line, cancellation);
        _events++;
    }

    /// <summary>Called when nothing more is there for now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (_held.Count == 0)
            return;
        await Task.Delay(fault!.HeldFor, time, cancellation);
        await ReleaseAsync(cancellation);
    }

    private async Task MisbehaveAsync(byte[] line, CancellationToken cancellation)
    {
        if (_events == fault!.HalfLineAfter)
        {
            await WriteAsync(line[..(line.Length / 2)], cancellation);
            Cut();
            throw new OperationCanceledException();
        }
        if (_events == fault.CutAfter)
        {
            Cut();
            throw new OperationCanceledException();
        }
        if (_events == fault.SilentAfter)
            _silent = true;
        if (_events == fault.ExpireAfter)
        {
            await WriteAsync(Expired, cancellation);
            End();
        }
        if (_events == fault.EndAfter)
            End();
        if (_endAsked.Task.IsCompleted)
            throw new WatchEndedException();
    }

    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        byte[][] lines = [.. _held];
        _held.Clear();
        _order.Shuffle(lines);
        foreach (byte[] line in lines)
            await WriteAsync(line, cancellation);
    }

    private async Task WriteAsync(byte[] line, CancellationToken cancellation)
    {
        if (_silent)
            return;
        await _writing.WaitAsync(cancellation);
        try
        {
            await context.Response.Body.WriteAsync(line, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static readonly byte[] Expired =
    [
        .. """{"type":"ERROR","object":"""u8,
        .. Objects.WireJson.Bytes(new ApiFailure(410, "Expired", "too old resource version: 1 (2)").ToStatus()),
        .. "}\n"u8,
    ];
}
