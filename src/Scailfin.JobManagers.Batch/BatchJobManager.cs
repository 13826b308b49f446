using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch;

/// <summary>
/// Runs each attempt as one job of a batch scheduler. The scheduler's queue, then its history, is the truth about where an attempt stands;
/// the wrapper's receipt is the truth about how it ended. Whatever is known of an attempt is found again by its identity at the scheduler
/// and by its directory in the workspace. A scheduler supplies its rules, its words and its sessions.
/// </summary>
public abstract partial class BatchJobManager : IJobManager, IStreamsLogs, IExplainsJobs, IChecksHealth, IDisposable
{
    private readonly string _scheduler;
    private readonly BatchOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Account, Conversation> _conversations = new();
    private readonly KerberosLogin? _kerberos;
    private readonly OutputRetrieval _retrieval;
    private readonly CertainAbsence _absence;
    private readonly FirstSeen _lagging;

    /// <param name="scheduler">Its name, for sentences.</param>
    /// <param name="options">The backend's options.</param>
    /// <param name="time">The clocks.</param>
    protected BatchJobManager(string scheduler, BatchOptions options, TimeProvider time)
    {
        _scheduler = scheduler;
        _options = options;
        _time = time;
        _kerberos = options.Kerberos is { } kerberos ? new KerberosLogin(kerberos, time) : null;
        _retrieval = new OutputRetrieval(options.Profile.Staging, options.LargestOutput, time);
        _lagging = new FirstSeen(time);
        _absence = new CertainAbsence(options.CallDeadline, time);
        Traits = new JobManagerTraits
        {
            HasReceipt = true,
            Staging = [options.Profile.Staging],
            NotKnownBound = TimeSpan.FromMinutes(10),
            ObserveInterval = options.Poll,
            InFlightLimit = options.InFlight,
            RestartLimit = options.Restarts,
        };
    }

    public JobManagerTraits Traits { get; }

    /// <summary>Where tests kill the service.</summary>
    public FaultPoints Faults { get; init; } = FaultPoints.None;

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) =>
        [.. WrapperScript.Validate(spec, _options.Profile), .. ProblemsOf(spec)];

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the manager keeps: its login at the scheduler.</summary>
    protected virtual void Dispose(bool disposing) => _kerberos?.Dispose();

    /// <summary>What this scheduler cannot honour. Pure.</summary>
    protected abstract IEnumerable<SpecProblem> ProblemsOf(JobSpec spec);

    /// <summary>How long the step of a valid specification may run.</summary>
    protected virtual TimeSpan RuntimeOf(JobSpec spec) => spec.Timeout;

    /// <summary>Begins an account's conversation. Never fails: what cannot be reached shows in its calls.</summary>
    protected abstract ISchedulerSession Open(Account account);

    /// <summary>To be called before a call to the scheduler: what fails here has not reached it.</summary>
    protected Task LogInAsync() => _kerberos?.EnsureAsync() ?? Task.CompletedTask;

    private Conversation With(Account account) => _conversations.GetOrAdd(
        account, one => new Conversation(Open(one), _scheduler, TimeSpan.FromSeconds(1.0 / _options.SubmitsPerSecond), _time, Faults));

    /// <summary>An owner that cannot submit has no jobs there either: the service's own user is asked.</summary>
    private Conversation With(Attempt attempt) => With(Account.Of(attempt, _options.User) ?? new Account(""));

    /// <summary>
    /// Asks each account once, all at the same time, and puts the answers back in order. One that cannot be asked costs the others
    /// nothing; where none can, the backend is away.
    /// </summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="ask">Asks one account.</param>
    /// <param name="away">The answer about an attempt whose account cannot be asked, and why.</param>
    private async Task<IReadOnlyList<T>> ByAccountAsync<T>(
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
        return groups.Length > 0 && groups.Length == _conversations.Count && failures.All(failure => failure is not null)
            ? throw failures[0]!
            : answers;
    }

    /// <summary>
    /// Asks the account of one attempt. Where there are others, one that cannot be asked is no sign that the backend is away.
    /// </summary>
    private async Task<T> OfAccountAsync<T>(Attempt attempt, Func<Conversation, Task<T>> ask)
    {
        try
        {
            return await ask(With(attempt));
        }
        catch (JobManagerUnavailableException exception) when (_conversations.Count > 1)
        {
            throw new AccountUnavailableException(exception.Message, exception);
        }
    }

    /// <inheritdoc cref="OfAccountAsync{T}"/>
    private Task OfAccountAsync(Attempt attempt, Func<Conversation, Task> ask) => OfAccountAsync(attempt, async conversation =>
    {
        await ask(conversation);
        return true;
    });

    private static Task<T> InWorkspaceAsync<T>(Attempt attempt, Func<AttemptPlace, T> work, CancellationToken cancellationToken) =>
        WorkspaceOwner.DoAsync(attempt.Spec.WorkflowWorkspace, () => work(new AttemptPlace(attempt)), cancellationToken);
}
