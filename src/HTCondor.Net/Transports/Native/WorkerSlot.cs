using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Transports.Native;

/// <summary>
/// The place of one worker: takes calls in their order, starts a worker when there is none, kills one that takes too long.
/// </summary>
internal sealed class WorkerSlot(NativeTransportOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private WorkerProcess? _worker;
    private int _failures;
    private long _lastFailure;

    /// <summary>Ends when the queue is completed, or at the cancellation.</summary>
    public async Task RunAsync(ChannelReader<WorkerCall> queue, CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.WaitToReadAsync(cancellationToken))
            {
                while (queue.TryRead(out WorkerCall? call))
                {
                    if (!call.IsOver)
                        await ServeAsync(call, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The transport is being closed.
        }
        finally
        {
            if (_worker is not null)
                await _worker.DisposeAsync();
        }
    }

    private async Task ServeAsync(WorkerCall call, CancellationToken cancellationToken)
    {
        WorkerProcess worker;
        try
        {
            worker = await ReadyWorkerAsync(call, cancellationToken);
        }
        catch (HTCondorException failure)
        {
            call.Fail(failure.Error);
            return;
        }
        catch (OperationCanceledException)
        {
            call.Fail(WorkerErrors.Closed(call.Request));
            throw;
        }

        if (!call.TryBegin(worker))
            return;
        using var deadline = new CancellationTokenSource(Positive(call.Remaining), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            ExchangeEnd end = await worker.RunAsync(() => WorkerExchange.Run(worker, call)).WaitAsync(either.Token);
            if (end.IsServed)
            {
                _failures = 0;
                return;
            }

            if (end.Garbage is null)
                await worker.WaitForEndAsync(EndTimeout);
            call.Fail(WorkerErrors.Of(call.Request, end, call.IsReleased, worker));
        }
        catch (OperationCanceledException)
        {
            call.Expire();
        }
        catch (Exception problem)
        {
            // The loop must continue until the transport is closed, so every exception is reported to the call.
            call.Fail(WorkerErrors.Of(call.Request, new ExchangeEnd(false, Garbage: problem.Message), call.IsReleased, worker));
        }

        await LoseWorkerAsync(worker);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<WorkerProcess> ReadyWorkerAsync(WorkerCall call, CancellationToken cancellationToken)
    {
        if (_worker is { HasEnded: true } ended)
        {
            NativeTransportLog.EndedIdle(logger, WorkerErrors.HowItEnded(ended.ExitCode));
            await LoseWorkerAsync(ended);
        }

        if (_worker is not null)
            return _worker;
        await WaitForBackoffAsync(cancellationToken);
        if (call.IsOver)
            throw new HTCondorException(WorkerErrors.Closed(call.Request));
        return _worker = await StartAsync(cancellationToken);
    }

    private async Task<WorkerProcess> StartAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            WorkerProcess worker = await WorkerProcess.StartAsync(options, time, either.Token);
            if (worker.Hello!.Problems is [])
            {
                NativeTransportLog.Started(logger, worker.Hello.ProcessId, worker.Hello.UserId, worker.Hello.CondorVersion ?? "");
                return worker;
            }

            await worker.DisposeAsync();
            throw new HTCondorException(WorkerErrors.Unusable(worker.Hello));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            CountFailure();
            throw new HTCondorException(WorkerErrors.NotStarted($"no hello within {options.StartTimeout.TotalSeconds} s.", ""));
        }
        catch (HTCondorException failure)
        {
            CountFailure();
            NativeTransportLog.NotStarted(logger, failure.Error.Text);
            throw;
        }
    }

    private async Task LoseWorkerAsync(WorkerProcess worker)
    {
        CountFailure();
        _worker = null;
        await worker.KillAsync();
        NativeTransportLog.Lost(logger, WorkerErrors.HowItEnded(worker.ExitCode), worker.LastWords);
        await worker.DisposeAsync();
    }

    private void CountFailure()
    {
        _failures++;
        _lastFailure = time.GetTimestamp();
    }

    private async Task WaitForBackoffAsync(CancellationToken cancellationToken)
    {
        if (_failures < 2)
            return;
        double factor = Math.Pow(2, Math.Min(_failures - 2, 30));
        TimeSpan pause = TimeSpan.FromTicks((long)Math.Min(options.FirstBackoff.Ticks * factor, options.LongestBackoff.Ticks))
            - time.GetElapsedTime(_lastFailure);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, time, cancellationToken);
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1);
}
