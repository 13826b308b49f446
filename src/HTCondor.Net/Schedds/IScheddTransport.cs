using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Schedds;

/// <summary>
/// How calls reach a schedd. The native worker and the command line implement it alike; the same contract tests run on both. Every call
/// ends within <see cref="CallOptions.Deadline"/>, with an answer or with an <see cref="HTCondorException"/>.
/// </summary>
public interface IScheddTransport : IAsyncDisposable
{
    /// <summary>The transport's name in a log: <c>native</c> or <c>command line</c>.</summary>
    string Name { get; }

    /// <summary>Queries the collector, or the local configuration, for the schedd's address and version.</summary>
    Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken cancellationToken);

    /// <summary>All procs in one transaction, or none.</summary>
    /// <returns>The new cluster; its procs are numbered from 0 in the request's order.</returns>
    Task<SubmitResult> SubmitAsync(ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken cancellationToken);

    /// <summary>The queue's ads, reduced to the projection.</summary>
    Task<IReadOnlyList<ClassAd>> QueryAsync(
        ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken cancellationToken);

    /// <summary>Ads of jobs that left the queue, newest first.</summary>
    Task<IReadOnlyList<ClassAd>> HistoryAsync(
        ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Holds, releases, removes or vacates jobs. Returns a result for each job that was named, or that the constraint matched.
    /// </summary>
    Task<IReadOnlyList<JobActionResult>> ActAsync(
        ScheddLocation schedd,
        JobAction action,
        JobSelection jobs,
        string reason,
        CallOptions options,
        CancellationToken cancellationToken);

    /// <summary>Sets attributes of queued jobs.</summary>
    /// <exception cref="HTCondorException">The schedd refused or did not answer, or no job matched.</exception>
    Task EditAsync(
        ScheddLocation schedd,
        JobSelection jobs,
        IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
        CallOptions options,
        CancellationToken cancellationToken);

    /// <summary>Sends the input files of jobs that were submitted with <see cref="SubmitRequest.Spool"/>.</summary>
    Task SpoolAsync(ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken cancellationToken);

    /// <summary>Copies the output files of spooled jobs to the paths in their ads.</summary>
    Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken cancellationToken);
}
