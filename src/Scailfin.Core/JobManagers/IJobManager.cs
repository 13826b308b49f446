using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>
/// Talks to one backend. An expected failure is a value: rejected, deferred, unknown, not known, cannot look and refused are
/// results; <see cref="JobManagerUnavailableException"/>, for a backend that does not answer at all, is the one exception thrown on
/// purpose. Any other exception out of a call rests the attempt that it was about and no other: the lifecycle halves a plural call until it
/// has found that attempt. The promises below are tests (<c>JobManagerContract</c>) that every manager runs.
/// </summary>
public interface IJobManager
{
    /// <summary>The properties of this manager by which the lifecycle drives it.</summary>
    JobManagerTraits Traits { get; }

    /// <summary>Lists what this backend cannot honour. Pure: no I/O, the same answer for the same specification.</summary>
    IReadOnlyList<SpecProblem> Validate(JobSpec spec);

    /// <summary>
    /// Hands the attempt to the backend. Resumable: may be called again for an attempt that <see cref="FindAsync"/> says is certainly
    /// not there, and never makes a second live backend job of one attempt. Called for many attempts at once: a manager whose backend takes
    /// several in one transaction gathers those that come together, since it alone knows which of them can share one.
    /// </summary>
    Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Returns one finding for each attempt, in their order; few backend queries, however many attempts.</summary>
    Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken);

    /// <summary>
    /// Returns one observation for each attempt, in their order. Pure: it only reads, and changes nothing. The number of backend
    /// queries grows neither with the number of attempts nor with those that are missing or held.
    /// </summary>
    Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken);

    /// <summary>
    /// Carries out what an observation of the attempt proposed. The lifecycle calls it once an observation, with growing pauses; a remedy
    /// that is no longer needed does nothing. A manager that proposes none has nothing to implement.
    /// </summary>
    Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"This job manager has no way to {remedy.What}.");

    /// <summary>
    /// Asks the backend to end the attempt. Idempotent; works before there is a handle, and then keeps an earlier submission that is still
    /// under way from starting. The end is observed later.
    /// </summary>
    /// <returns>Refused only if the backend answered that it refuses the stop, for example because a permission is missing.</returns>
    Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Collects outputs, receipt and logs. Repeatable, bounded, also for an attempt that never started. If the observed end is
    /// provisional, it returns the verdict.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="end">The end that was observed; null if only the log is read again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken);

    /// <summary>Lets the backend forget the attempt; called only once its terminal row is durable. Idempotent.</summary>
    Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken);
}

/// <summary>Implemented if the backend, or the operating system, reports changes: hints that save time, never evidence.</summary>
public interface IWatchesJobs
{
    /// <summary>Called with a job whose state probably changed. Set once, before any other member is called.</summary>
    Action<JobId>? Changed { set; }
}

/// <summary>Implemented if the main stream can be read while the job runs.</summary>
public interface IStreamsLogs
{
    /// <summary>
    /// Up to <paramref name="limit"/> bytes of the log from byte <paramref name="offset"/>; empty if there is no more (yet). They are
    /// those of the log that <see cref="IJobManager.CollectAsync"/> returns in the end (see <see cref="LogBytes"/>); a character that is
    /// not whole yet may be kept back.
    /// </summary>
    Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken);
}

/// <summary>Implemented if the backend can say more about an attempt than its phase.</summary>
public interface IExplainsJobs
{
    /// <summary>Sentences for a person, most important first.</summary>
    Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken);
}

/// <summary>Implemented if the backend's health can be asked for without a job.</summary>
public interface IChecksHealth
{
    /// <summary>Checks the health: null when well, else one sentence that says what is wrong.</summary>
    Task<string?> CheckHealthAsync(CancellationToken cancellationToken);
}

/// <summary>Implemented if the backend's jobs of one workflow can be listed, whichever service submitted them.</summary>
public interface IListsJobs
{
    /// <summary>Lists what the backend holds of a workflow, without what it is deleting already. One listing; it only reads.</summary>
    Task<IReadOnlyList<BackendJob>> ListAsync(Guid workflow, CancellationToken cancellationToken);
}
