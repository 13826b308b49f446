using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>
/// Loses the answers of submissions, before or after they were carried out: each as its seed has it, beginning with this one.
/// </summary>
internal sealed class LosingTransports(IScheddTransports inner, int firstSeed) : IScheddTransports
{
    /// <summary>What a spooling that fails says.</summary>
    public const string SpoolingFails = "the input was not sent";

    private int _lost;

    public bool Loses { get; set; } = true;

    /// <summary>How many spoolings fail.</summary>
    public int SpoolingsToFail { get; set; }

    private int NextSeed() => firstSeed + Interlocked.Increment(ref _lost) - 1;

    public async Task<IScheddTransport> ForAsync(Account account) => new Losing(this, await inner.ForAsync(account));

    private sealed class Losing(LosingTransports owner, IScheddTransport inner) : IScheddTransport
    {
        public string Name => inner.Name;

        public async Task<SubmitResult> SubmitAsync(
            ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken cancellationToken)
        {
            if (!owner.Loses)
                return await inner.SubmitAsync(schedd, request, options, cancellationToken);
            if (new Random(owner.NextSeed()).Next(2) == 0)
                await inner.SubmitAsync(schedd, request, options, cancellationToken);
            throw new HTCondorException(new HTCondorError("TEST", 0, "the answer was lost") { Retryable = true, Ambiguous = true });
        }

        public Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken cancellationToken) =>
            inner.LocateAsync(schedd, options, cancellationToken);

        public Task<IReadOnlyList<ClassAd>> QueryAsync(
            ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken cancellationToken) =>
            inner.QueryAsync(schedd, query, options, cancellationToken);

        public Task<IReadOnlyList<ClassAd>> HistoryAsync(
            ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken cancellationToken) =>
            inner.HistoryAsync(schedd, query, options, cancellationToken);

        public Task<IReadOnlyList<JobActionResult>> ActAsync(
            ScheddLocation schedd,
            JobAction action,
            JobSelection jobs,
            string reason,
            CallOptions options,
            CancellationToken cancellationToken) =>
            inner.ActAsync(schedd, action, jobs, reason, options, cancellationToken);

        public Task EditAsync(
            ScheddLocation schedd,
            JobSelection jobs,
            IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
            CallOptions options,
            CancellationToken cancellationToken) =>
            inner.EditAsync(schedd, jobs, attributes, options, cancellationToken);

        public Task SpoolAsync(
            ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken cancellationToken) =>
            owner.SpoolingsToFail-- > 0
                ? throw new HTCondorException(new HTCondorError("TEST", 0, SpoolingFails) { Retryable = true })
                : inner.SpoolAsync(schedd, jobs, options, cancellationToken);

        public Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken cancellationToken) =>
            inner.RetrieveAsync(schedd, jobs, options, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
