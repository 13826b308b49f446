using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>One worker: its process, its pipes and its hello.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly NativeTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Process _process;
    private readonly LastWords _lastWords;
    private readonly Stream _output;
    private readonly LineBuffer _lines = new();
    private readonly BlockingCollection<Action> _work = [];

    private WorkerProcess(NativeTransportOptions options, TimeProvider time, Process process)
    {
        _options = options;
        _time = time;
        _process = process;
        _lastWords = new LastWords(process.StandardError.BaseStream);
        _output = process.StandardOutput.BaseStream;
        new Thread(Work) { IsBackground = true, Name = "htcondor worker" }.Start();
    }

    /// <summary>The worker's first message; null before it has come.</summary>
    public WorkerHello? Hello { get; private set; }

    /// <summary>The last line that it wrote on standard error.</summary>
    public string LastWords => _lastWords.LastLine;

    public bool HasEnded => _process.HasExited;

    /// <summary>The worker's exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Starts a worker and waits for its hello, also one that reports problems.</summary>
    /// <exception cref="HTCondorException">The worker could not be started, or its first line was not a hello.</exception>
    public static async Task<WorkerProcess> StartAsync(
        NativeTransportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] arguments = options.Library is { } library ? ["--library", library] : [];
        Process process;
        try
        {
            process = Process.Start(WorkerCommand.Start(options, arguments))
                ?? throw new InvalidOperationException("the operating system started no process");
        }
        catch (Exception problem) when (problem is Win32Exception or InvalidOperationException or IOException)
        {
            throw new HTCondorException(WorkerErrors.NotStarted(problem.Message, ""), problem);
        }

        var worker = new WorkerProcess(options, time, process);
        try
        {
            await worker.ReadHelloAsync(cancellationToken);
            return worker;
        }
        catch
        {
            await worker.KillAsync();
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes complete lines. A worker that hangs leaves the pipe full; it is killed then, which ends the write.</summary>
    /// <exception cref="IOException">The worker has closed its standard input.</exception>
    public void Write(ReadOnlySpan<byte> lines) => _process.StandardInput.BaseStream.Write(lines);

    /// <summary>Waits for the next line, valid until the next call; null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    /// <exception cref="EndOfStreamException">The output ended within the line.</exception>
    public ReadOnlyMemory<byte>? ReadLine()
    {
        ReadOnlyMemory<byte>? line;
        while (!_lines.TryTake(out line))
        {
            int count = _output.Read(_lines.Space().Span);
            if (count == 0)
                return _lines.HasRest ? throw new EndOfStreamException("The output ended within a line.") : null;
            _lines.Added(count);
        }

        return line;
    }

    /// <summary>
    /// Lets its thread do what waits for it. The pipes are read by a thread of the worker's own: each line that another thread is woken for
    /// costs more than what it says.
    /// </summary>
    public Task<T> RunAsync<T>(Func<T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(act());
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        });
        return done.Task;
    }

    /// <summary>Kills the worker, inside its container too, and waits for a bounded time until it has ended.</summary>
    public async Task KillAsync()
    {
        try
        {
            bool isElsewhere = _options.CommandPrefix.Count > 0;
            _process.Kill(entireProcessTree: isElsewhere);
            if (isElsewhere && Hello is { } hello)
                await EndInsideAsync(hello.ProcessId);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The worker has ended already.
        }

        await WaitForEndAsync(EndTimeout);
    }

    /// <summary>Waits until the worker has ended and its standard error is read.</summary>
    /// <returns>Whether it has ended.</returns>
    public async Task<bool> WaitForEndAsync(TimeSpan timeout)
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(), _lastWords.Read).WaitAsync(timeout, _time);
        }
        catch (TimeoutException)
        {
            // A child process that inherited the worker's standard error may keep it open.
        }

        return HasEnded;
    }

    /// <summary>Closes the worker's standard input, so that it ends; kills it if it has not ended after a bounded time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The worker has closed its standard input.
            }

            if (!await WaitForEndAsync(EndTimeout))
                await KillAsync();
        }

        _work.CompleteAdding();
        _process.Dispose();
    }

    private void Work()
    {
        foreach (Action act in _work.GetConsumingEnumerable())
            act();
        _work.Dispose();
    }

    private async Task ReadHelloAsync(CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte>? line = await RunAsync(ReadLine).WaitAsync(cancellationToken);
            if (line is null)
            {
                await WaitForEndAsync(EndTimeout);
                throw new HTCondorException(
                    WorkerErrors.NotStarted(
                        $"it ended before it reported HTCondor's version ({WorkerErrors.HowItEnded(ExitCode)}).", LastWords));
            }

            WorkerReply reply = ReplyLine.Parse(line.Value.Span);
            Hello = reply.Hello ?? throw new FormatException(reply.Except is { } text
                ? $"HTCondor's library ended it: {text}"
                : "its first line is not a hello message.");
            if (Hello.Protocol != WorkerProtocol.Version)
                throw new FormatException($"it speaks version {Hello.Protocol} of the protocol, not {WorkerProtocol.Version}.");
        }
        catch (Exception problem) when (problem is FormatException or InvalidDataException or EndOfStreamException or IOException)
        {
            throw new HTCondorException(WorkerErrors.NotStarted(problem.Message, LastWords), problem);
        }
    }

    /// <summary>The process that was killed here may only have been the way to it.</summary>
    private async Task EndInsideAsync(int processId)
    {
        using Process? end =
            Process.Start(WorkerCommand.Start(_options, "--end", processId.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (end is null)
            return;
        try
        {
            await end.WaitForExitAsync().WaitAsync(EndTimeout, _time);
        }
        catch (TimeoutException)
        {
            end.Kill(entireProcessTree: true);
        }
    }
}
