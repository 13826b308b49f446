using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>
/// Owns the texts of specifications that are longer than <see cref="SpecTexts.LongestInRow"/>: a job's snapshot only knows where they are.
/// </summary>
public interface ISpecTexts
{
    /// <summary>
    /// Takes over the texts of a new job before its row is written; short ones stay where they are. Waits while there is no room.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">The texts cannot be kept now.</exception>
    Task<JobSpec> KeepAsync(JobId id, JobSpec spec, CancellationToken cancellationToken);

    /// <summary>Takes over the texts of a job whose row holds them; they stay in the snapshot if they cannot be kept elsewhere.</summary>
    Job Adopt(Job job);

    /// <summary>Forgets texts whose row is gone or was never written.</summary>
    void Remove(JobSpec spec);

    /// <summary>Removes what belongs to none of these jobs, which are all that the store has.</summary>
    void Sweep(IReadOnlyList<Job> jobs);
}
