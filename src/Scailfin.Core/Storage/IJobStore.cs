using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>
/// The tables in which jobs are kept. It neither queues nor repeats anything: that is <see cref="JobJournal"/>'s business. Any member may
/// throw <see cref="JobStoreUnavailableException"/>.
/// </summary>
public interface IJobStore
{
    /// <summary>The capabilities of this store; known once <see cref="InitializeAsync"/> has completed.</summary>
    StoreTraits Traits { get; }

    /// <summary>
    /// Makes, upgrades or recognises the tables. Only the holder of the lease calls it; may be called again after it failed.
    /// </summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>Makes all of these writes durable, in their order, in one commit; or none of them.</summary>
    /// <returns>For each write whether it was applied.</returns>
    /// <exception cref="JobStoreUnavailableException">
    /// The store cannot be reached or written now. The commit may have succeeded nevertheless.
    /// </exception>
    /// <exception cref="JobStoreException">One of the writes can never be made; none of the group was made.</exception>
    Task<IReadOnlyList<bool>> CommitAsync(IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken);

    /// <summary>The jobs of one workflow, or all, in the order of their submission; empty if there is no store yet.</summary>
    /// <param name="workflow">The workflow; null for all.</param>
    /// <param name="texts">
    /// Takes over long texts row by row, so that those of all jobs are never in memory together; null leaves them.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<Job>> ListAsync(Guid? workflow, ISpecTexts? texts, CancellationToken cancellationToken);

    /// <summary>Finds a job; null if it does not exist.</summary>
    Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>A job's stored log, or null while it has none.</summary>
    Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Reads the events of a job, oldest first; empty if the store does not keep them.</summary>
    Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken);
}

/// <summary>Reading as most callers do.</summary>
public static class JobStoreReading
{
    /// <summary>The jobs of one workflow, or all, as <see cref="IJobStore.ListAsync"/>, with the texts that their rows hold.</summary>
    public static Task<IReadOnlyList<Job>> ListAsync(this IJobStore store, Guid? workflow, CancellationToken cancellationToken) =>
        store.ListAsync(workflow, texts: null, cancellationToken);
}

/// <summary>The capabilities of a store.</summary>
public sealed record StoreTraits
{
    /// <summary>
    /// Whether whole requests, attempts, evidence, stops and timelines are kept. If only REANA's own columns exist, a job cannot be
    /// submitted again after a restart, and a stop is not durable (design, section 3).
    /// </summary>
    public bool KeepsRequests { get; init; } = true;

    /// <summary>One sentence for the operator if the store cannot keep something; else empty.</summary>
    public string Limitation { get; init; } = "";
}
