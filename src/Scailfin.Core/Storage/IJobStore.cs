using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>One durable change of a job's row, with what belongs to it.</summary>
/// <param name="Job">The new picture.</param>
/// <param name="Expected">The status that the row must still have; otherwise nothing is written.</param>
/// <param name="Entries">Timeline entries of the same commit.</param>
/// <param name="Logs">The job's log, where it comes with this change.</param>
public sealed record JobWrite(Job Job, JobStatus Expected, IReadOnlyList<TimelineEntry> Entries, string? Logs = null);

/// <summary>
/// Where jobs are kept. Every write is durable when its task completes; writes complete in the order in which they were asked for, and
/// concurrent ones share a commit.
/// </summary>
public interface IJobStore
{
    /// <summary>Makes or upgrades the tables. Only the holder of the lease calls it.</summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>Stores the intent to run a job.</summary>
    /// <exception cref="JobStoreUnavailableException">Nothing was stored.</exception>
    Task InsertAsync(Job job, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken);

    /// <summary>Changes a job's row; false where it did not have the expected status any more.</summary>
    /// <exception cref="JobStoreUnavailableException">Nothing was stored.</exception>
    Task<bool> WriteAsync(JobWrite write, CancellationToken cancellationToken);

    /// <summary>All jobs in the order of their submission; empty where there is no store yet.</summary>
    Task<IReadOnlyList<Job>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One job, or null.</summary>
    Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>A job's stored log, or null while it has none.</summary>
    Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>What happened to a job, oldest first.</summary>
    Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken);
}

/// <summary>The store cannot be reached or written now; nothing was stored.</summary>
public sealed class JobStoreUnavailableException(string message, Exception innerException) : Exception(message, innerException);
