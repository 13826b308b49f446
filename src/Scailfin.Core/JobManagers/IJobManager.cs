using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>
/// Talks to one backend. Failure is a value where it is expected: rejected, unknown and not known are results;
/// <see cref="JobManagerUnavailableException"/> is the one exception thrown on purpose. The promises below are tests
/// (<c>JobManagerContract</c>) that every manager runs.
/// </summary>
public interface IJobManager
{
    /// <summary>How this manager wants to be driven.</summary>
    JobManagerTraits Traits { get; }

    /// <summary>What this backend cannot honour. Pure: no I/O, the same answer for the same specification.</summary>
    IReadOnlyList<SpecProblem> Validate(JobSpec spec);

    /// <summary>
    /// Hands the attempt to the backend. Resumable: may be called again for an attempt that <see cref="FindAsync"/> says is certainly
    /// not there, and never makes a second live backend job of one attempt. Called for many attempts at once: a manager whose backend takes
    /// several in one transaction gathers those that come together, since it alone knows which of them can share one.
    /// </summary>
    Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>One finding for each attempt, in their order; few backend queries, however many attempts.</summary>
    Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken);

    /// <summary>
    /// One observation for each attempt, in their order; a number of backend queries that does not grow with the number of attempts.
    /// </summary>
    Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the backend to end the attempt. Idempotent; works before there is a handle, and then keeps an earlier submission that is still
    /// under way from starting. Returning means that the backend has accepted it; the end is observed.
    /// </summary>
    Task StopAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Brings outputs, receipt and logs home. Repeatable, bounded, also for an attempt that never started.</summary>
    Task<Collected> CollectAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Lets the backend forget the attempt; called only once its terminal row is durable. Idempotent.</summary>
    Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken);
}

/// <summary>Implemented where the backend, or the operating system, tells of changes: hints for speed, never the truth.</summary>
public interface IWatchesJobs
{
    /// <summary>Called with a job whose state probably changed. Set once, before any other member is called.</summary>
    Action<JobId>? Changed { set; }
}

/// <summary>Implemented where the main stream can be read while the job runs.</summary>
public interface IStreamsLogs
{
    /// <summary>
    /// Up to <paramref name="limit"/> bytes of the main stream from byte <paramref name="offset"/>; empty where there is no more (yet).
    /// </summary>
    Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken);
}

/// <summary>Implemented where the backend can say more about an attempt than its phase.</summary>
public interface IExplainsJobs
{
    /// <summary>Sentences for a person, most important first.</summary>
    Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken);
}

/// <summary>Implemented where the backend's health can be asked for without a job.</summary>
public interface IChecksHealth
{
    /// <summary>Null when well, else one sentence that says what is wrong.</summary>
    Task<string?> CheckHealthAsync(CancellationToken cancellationToken);
}
