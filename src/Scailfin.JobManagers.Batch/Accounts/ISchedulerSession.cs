using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>
/// One account's conversation with its scheduler: all that a scheduler has to supply beside its words and its rules. Calls are plural, for
/// what comes together goes together. A scheduler that does not answer is a <see cref="JobManagerUnavailableException"/> from any of them.
/// </summary>
public interface ISchedulerSession
{
    /// <summary>
    /// Hands attempts over, in as few transactions as it takes. Their files and the marker files of the submissions are written. After
    /// <em>rejected</em> and <em>deferred</em> the scheduler certainly does not have the attempt.
    /// </summary>
    /// <returns>One outcome for each, in their order.</returns>
    /// <exception cref="JobManagerUnavailableException">The scheduler certainly took none of them.</exception>
    Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<ReadyAttempt> attempts);

    /// <summary>Returns what the scheduler has of these attempts, by their identity.</summary>
    Task<IReadOnlyDictionary<string, Sighting>> LookInQueueAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken);

    /// <summary>Returns what the scheduler's history has of attempts that are not in the queue. Expensive: called with backoff.</summary>
    Task<IReadOnlyDictionary<string, Sighting>> LookInHistoryAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, Sighting>>(new Dictionary<string, Sighting>());

    /// <summary>Ends attempts by removing all their jobs in the queue; it is not an error if there are none.</summary>
    Task<IReadOnlyList<StopAnswer>> RemoveAsync(IReadOnlyList<Attempt> attempts);

    /// <summary>Lets the scheduler forget attempts whose ends are stored.</summary>
    Task ForgetAsync(IReadOnlyList<Attempt> attempts) => Task.CompletedTask;

    /// <summary>Carries out what a sighting proposed.</summary>
    Task ApplyAsync(Attempt attempt, Remedy remedy) =>
        throw new NotSupportedException($"This scheduler has no way to {remedy.What}.");

    /// <summary>Copies the files of an ended attempt into its directory, unless they are there already.</summary>
    Task RetrieveAsync(Attempt attempt, BatchEnd end, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Checks that the scheduler answers; throws if it does not.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>An attempt whose files are written.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="HasInput">Whether an archive of the workspace is sent with the attempt.</param>
public sealed record ReadyAttempt(Attempt Attempt, bool HasInput);

/// <summary>An attempt as its scheduler has it.</summary>
/// <param name="Handle">The scheduler's id of the attempt.</param>
/// <param name="Observation">The state of the attempt; an end is a <see cref="BatchEnd"/>.</param>
public sealed record Sighting(BackendHandle Handle, Observation Observation)
{
    /// <summary>Sentences for a person, most important first.</summary>
    public Func<IReadOnlyList<string>> Explain { get; init; } = () => [];
}

/// <summary>An end that the scheduler reports. Provisional: the receipt decides, and it is read when the attempt is collected.</summary>
public record BatchEnd : AttemptEnd
{
    /// <summary>The kind of end, for the order of evidence.</summary>
    public required SchedulerWord Word { get; init; }
}
