using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native.Protocol;
using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Transports.Native;

/// <summary>
/// Calls through HTCondor's own library, which lives in worker processes: it ends its process on an internal error, and is made for one
/// thread. A call whose worker dies or hangs fails with subsystem <c>WORKER</c> or <c>EXCEPT</c>, ambiguous only if the worker had been
/// told to go ahead with a change; the next call gets a fresh worker.
/// </summary>
public sealed class NativeTransport : IScheddTransport
{
    private readonly WorkerPool _pool;
    private readonly TimeProvider _time;

    /// <summary>Workers are started when calls need them.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public NativeTransport(NativeTransportOptions options, TimeProvider time, ILogger<NativeTransport> logger)
    {
        _time = time;
        _pool = new WorkerPool(options, time, logger);
    }

    /// <inheritdoc/>
    public string Name => "native";

    /// <summary>Starts a worker and returns what it found. Problems of the library are in the answer, never thrown.</summary>
    public static async Task<NativeProbe> ProbeAsync(NativeTransportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        options.Validate();
        using var timeout = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using WorkerProcess worker = await WorkerProcess.StartAsync(options, time, either.Token);
            WorkerHello hello = worker.Hello!;
            return new NativeProbe(hello.Problems is [], hello.CondorVersion, hello.Library, hello.Problems);
        }
        catch (HTCondorException failure)
        {
            return new NativeProbe(false, null, null, [failure.Error.Text]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NativeProbe(false, null, null, [$"The worker said no hello within {options.StartTimeout.TotalSeconds} s."]);
        }
    }

    /// <inheritdoc/>
    public async Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken cancellationToken)
    {
        WorkerAnswer answer = await CallAsync(Requests.Locate(schedd), options, cancellationToken);
        return answer.Result.Schedd ?? new ScheddInformation("", "", "");
    }

    /// <inheritdoc/>
    public async Task<SubmitResult> SubmitAsync(
        ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken cancellationToken)
    {
        WorkerAnswer answer = await CallAsync(Requests.Submit(schedd, request, _time.GetUtcNow()), options, cancellationToken);
        return new SubmitResult(answer.Result.Cluster, request.Procs.Count);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClassAd>> QueryAsync(
        ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken cancellationToken) =>
        (await CallAsync(Requests.Query(schedd, query), options, cancellationToken)).Ads;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClassAd>> HistoryAsync(
        ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken cancellationToken) =>
        (await CallAsync(Requests.History(schedd, query), options, cancellationToken)).Ads;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobActionResult>> ActAsync(
        ScheddLocation schedd, JobAction action, JobSelection jobs, string reason, CallOptions options, CancellationToken cancellationToken)
    {
        WorkerAnswer answer = await CallAsync(Requests.Act(schedd, action, jobs, reason), options, cancellationToken);
        return ActionOutcomes.Of(jobs, answer.Result.Outcomes ?? []);
    }

    /// <inheritdoc/>
    public Task EditAsync(
        ScheddLocation schedd,
        JobSelection jobs,
        IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
        CallOptions options,
        CancellationToken cancellationToken) =>
        CallAsync(Requests.Edit(schedd, jobs, attributes), options, cancellationToken);

    /// <inheritdoc/>
    public Task SpoolAsync(ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken cancellationToken) =>
        CallAsync(Requests.Spool(schedd, jobs), options, cancellationToken);

    /// <inheritdoc/>
    public Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken cancellationToken) =>
        CallAsync(Requests.Retrieve(schedd, jobs), options, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private Task<WorkerAnswer> CallAsync(WorkerRequest request, CallOptions options, CancellationToken cancellationToken) =>
        _pool.CallAsync(request with { Owner = options.EffectiveOwner }, options.Deadline, cancellationToken);
}
