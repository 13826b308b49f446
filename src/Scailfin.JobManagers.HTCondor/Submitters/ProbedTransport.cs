using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>Chooses its transport at the first call.</summary>
internal sealed class ProbedTransport(Func<Task<IScheddTransport>> probe) : IScheddTransport
{
    private readonly Lazy<Task<IScheddTransport>> _chosen = new(probe);

    public string Name =>
        _chosen is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? _chosen.Value.Result.Name : "not chosen yet";

    public async Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).LocateAsync(schedd, options, cancellationToken);

    public async Task<SubmitResult> SubmitAsync(
        ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).SubmitAsync(schedd, request, options, cancellationToken);

    public async Task<IReadOnlyList<ClassAd>> QueryAsync(
        ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).QueryAsync(schedd, query, options, cancellationToken);

    public async Task<IReadOnlyList<ClassAd>> HistoryAsync(
        ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).HistoryAsync(schedd, query, options, cancellationToken);

    public async Task<IReadOnlyList<JobActionResult>> ActAsync(
        ScheddLocation schedd,
        JobAction action,
        JobSelection jobs,
        string reason,
        CallOptions options,
        CancellationToken cancellationToken) =>
        await (await _chosen.Value).ActAsync(schedd, action, jobs, reason, options, cancellationToken);

    public async Task EditAsync(
        ScheddLocation schedd,
        JobSelection jobs,
        IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
        CallOptions options,
        CancellationToken cancellationToken) =>
        await (await _chosen.Value).EditAsync(schedd, jobs, attributes, options, cancellationToken);

    public async Task SpoolAsync(
        ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).SpoolAsync(schedd, jobs, options, cancellationToken);

    public async Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken cancellationToken) =>
        await (await _chosen.Value).RetrieveAsync(schedd, jobs, options, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_chosen.IsValueCreated)
            await (await _chosen.Value).DisposeAsync();
    }
}
