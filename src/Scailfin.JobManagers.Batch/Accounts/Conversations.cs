using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Options;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>The conversations of all accounts that submit to one scheduler.</summary>
/// <param name="options">The backend's options.</param>
/// <param name="begin">Begins an account's conversation.</param>
internal sealed class Conversations(BatchOptions options, Func<Account, Conversation> begin)
{
    private readonly ConcurrentDictionary<Account, Conversation> _all = new();

    /// <summary>
    /// Whether there are several conversations: the failure of one then does not prove that the backend is unreachable.
    /// </summary>
    public bool AreSeveral => _all.Count > 1;

    /// <summary>
    /// The conversation for calls that concern no attempt: if each owner submits as himself, any one that has begun, null if none has;
    /// else that of the submitting account.
    /// </summary>
    public Conversation? Any =>
        options.User == Account.OwnerMark ? _all.Values.FirstOrDefault() : With(new Account(options.User));

    public Conversation With(Account account) => _all.GetOrAdd(account, begin);

    /// <summary>
    /// Returns an attempt's conversation; that of the service's own user if the owner cannot submit, and so has jobs only of an earlier
    /// configuration.
    /// </summary>
    public Conversation With(Attempt attempt) => With(Account.Of(attempt, options) ?? new Account(""));

    /// <summary>
    /// Calls the scheduler once for each account, concurrently, and returns the answers in the order of the attempts. An account that
    /// cannot reach the scheduler does not affect the others; if no account can, the backend is unreachable.
    /// </summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="ask">Calls the scheduler as one account.</param>
    /// <param name="away">Makes the answer about an attempt whose account cannot reach the scheduler, with the reason.</param>
    public async Task<IReadOnlyList<T>> AskEachAsync<T>(
        IReadOnlyList<Attempt> attempts,
        Func<ISchedulerSession, IReadOnlyList<Attempt>, Task<IReadOnlyList<T>>> ask,
        Func<Attempt, string, T> away)
    {
        var answers = new T[attempts.Count];
        var groups = attempts.Select((attempt, at) => (Attempt: attempt, At: at)).GroupBy(pair => With(pair.Attempt)).ToArray();
        JobManagerUnavailableException?[] failures = await Task.WhenAll(groups.Select(async group =>
        {
            (Attempt Attempt, int At)[] members = [.. group];
            try
            {
                IReadOnlyList<T> some = await ask(group.Key.Session, [.. members.Select(member => member.Attempt)]);
                foreach (((_, int at), T answer) in members.Zip(some))
                    answers[at] = answer;
                return null;
            }
            catch (JobManagerUnavailableException exception)
            {
                foreach ((Attempt attempt, int at) in members)
                    answers[at] = away(attempt, exception.Message);
                return exception;
            }
        }));
        return groups.Length > 0 && groups.Length == _all.Count && failures.All(failure => failure is not null)
            ? throw failures[0]!
            : answers;
    }

    /// <summary>
    /// Calls the scheduler as the account of one attempt. If there are other accounts, a failure of this one does not prove that the
    /// backend is unreachable.
    /// </summary>
    public async Task<T> AskAsync<T>(Attempt attempt, Func<Conversation, Task<T>> ask)
    {
        try
        {
            return await ask(With(attempt));
        }
        catch (JobManagerUnavailableException exception) when (_all.Count > 1)
        {
            throw new AccountUnavailableException(exception.Message, exception);
        }
    }

    /// <inheritdoc cref="AskAsync{T}(Attempt, Func{Conversation, Task{T}})"/>
    public Task AskAsync(Attempt attempt, Func<Conversation, Task> ask) => AskAsync(attempt, async conversation =>
    {
        await ask(conversation);
        return true;
    });
}
