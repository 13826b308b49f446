using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HTCondor.Net.Schedds;

/// <summary>
/// A schedd, HTCondor's queue of jobs. Its calls may be made from several threads at a time. Each ends within its deadline, with an answer
/// or with an <see cref="HTCondorException"/>; one that failed because the schedd had forgotten the session, as after its restart, is made
/// once more.
/// </summary>
public sealed partial class Schedd : IAsyncDisposable
{
    private const string WorkerProgram = "htcondor-net-worker";
    private readonly IScheddTransport _transport;
    private readonly ScheddLocation _location;
    private readonly CallOptions _call;
    private readonly TimeProvider _time;

    /// <summary>A schedd over a transport, which is disposed of with it.</summary>
    /// <param name="transport">The transport of the calls, as one user.</param>
    /// <param name="location">The location of the schedd.</param>
    /// <param name="call">Default bounds of the calls; null for the library's defaults.</param>
    /// <param name="time">The clock of deadlines; null for the system's.</param>
    public Schedd(IScheddTransport transport, ScheddLocation location, CallOptions? call = null, TimeProvider? time = null)
    {
        _transport = transport;
        _location = location;
        _call = call ?? CallOptions.Default;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The transport of the calls: <c>native</c> or <c>command line</c>.</summary>
    public string TransportName => _transport.Name;

    /// <summary>
    /// Chooses the transport. The native worker is started and reports what it found. If the version was never tested, a symbol is missing,
    /// a self-test failed, or there is no worker, the command line is used and the log says why, once.
    /// </summary>
    /// <exception cref="HTCondorException">The options require the native transport, and it cannot be used.</exception>
    public static async Task<Schedd> OpenAsync(
        ScheddOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        loggers ??= NullLoggerFactory.Instance;
        time ??= TimeProvider.System;
        IScheddTransport transport = options.Transport == TransportChoice.CommandLine
            ? new CommandLineTransport(options.CommandLine, time)
            : await ProbedAsync(options, loggers, time, cancellationToken);
        return new Schedd(transport, options.Location, options.Call, time);
    }

    /// <summary>Queries the schedd's address and version.</summary>
    public Task<ScheddInformation> LocateAsync(CallOptions? call = null, CancellationToken cancellationToken = default) =>
        CallAsync(call, options => _transport.LocateAsync(_location, options, cancellationToken));

    /// <summary>Ends the transport.</summary>
    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static async Task<IScheddTransport> ProbedAsync(
        ScheddOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        string beside = Path.Combine(AppContext.BaseDirectory, WorkerProgram);
        NativeTransportOptions native = options.Native
            ?? new NativeTransportOptions { WorkerProgram = File.Exists(beside) ? beside : WorkerProgram };
        NativeProbe probe = await NativeTransport.ProbeAsync(native, time, cancellationToken);
        ILogger<Schedd> logger = loggers.CreateLogger<Schedd>();
        if (probe.Usable)
        {
            logger.Native(probe.CondorVersion ?? "of an unknown version");
            return new NativeTransport(native, time, loggers.CreateLogger<NativeTransport>());
        }

        string reason = string.Join(' ', probe.Problems);
        if (options.Transport == TransportChoice.Native)
            throw new HTCondorException(new HTCondorError("WORKER", 0, $"HTCondor's library cannot be used: {reason}"));
        logger.FellBack(reason);
        return new CommandLineTransport(options.CommandLine, time);
    }

    private async Task<T> CallAsync<T>(CallOptions? call, Func<CallOptions, Task<T>> perform)
    {
        CallOptions options = call ?? _call;
        long begin = _time.GetTimestamp();
        try
        {
            return await perform(options);
        }
        catch (HTCondorException failed) when (failed.Error is { Subsystem: "SECMAN", Code: 2004, Ambiguous: false })
        {
            TimeSpan left = options.Deadline - _time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero)
                throw;
            return await perform(options with { Deadline = left });
        }
    }
}
