using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobManagers.Batch.Submissions;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch;

/// <summary>
/// Runs each attempt as one job of a batch scheduler. The scheduler's queue, then its history, is authoritative for an attempt's state;
/// the wrapper's receipt is authoritative for its end. After a restart, an attempt is found by its identity at the scheduler and by its
/// directory in the workspace. A scheduler supplies its rules, its terms and its sessions.
/// </summary>
public abstract partial class BatchJobManager : IJobManager, IStreamsLogs, IExplainsJobs, IChecksHealth, IDisposable
{
    private readonly string _scheduler;
    private readonly BatchOptions _options;
    private readonly TimeProvider _time;
    private readonly Conversations _conversations;
    private readonly Handover _handover;
    private readonly SchedulerView _view;
    private readonly KerberosLogin? _kerberos;
    private readonly OutputRetrieval _retrieval;
    private readonly CertainAbsence _absence;
    private readonly FirstSeen _lagging;
    private readonly FirstSeen _logless;

    /// <param name="scheduler">The scheduler's name, for messages.</param>
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
        _logless = new FirstSeen(time);
        _absence = new CertainAbsence(options.CallDeadline, time);
        _view = new SchedulerView(time);
        var pause = TimeSpan.FromSeconds(1.0 / options.SubmitsPerSecond);
        _conversations = new Conversations(
            options, account => new Conversation(Open(account), scheduler, pause, time, Faults));
        _handover = new Handover(scheduler, options, _conversations, _view, _absence) { RuntimeOf = RuntimeOf, LogInAsync = LogInAsync };
        Traits = new JobManagerTraits
        {
            HasReceipt = true,
            Staging = [options.Profile.Staging],
            NotKnownBound = TimeSpan.FromMinutes(10),
            ObserveInterval = options.Poll,
            InFlightLimit = options.InFlight,
            RestartLimit = options.Restarts,
            CollectBound = options.CollectBound,
        };
    }

    public JobManagerTraits Traits { get; }

    /// <summary>The points at which tests kill the service.</summary>
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

    /// <summary>
    /// Concurrent calls for the same attempt get the same answer. A submission that has begun is not cancelled: its outcome must be known.
    /// </summary>
    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken) =>
        _handover.SubmitAsync(attempt, cancellationToken);

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        _handover.FindAsync(attempts, cancellationToken);

    /// <summary>Lists what this scheduler cannot honour. Pure.</summary>
    protected abstract IEnumerable<SpecProblem> ProblemsOf(JobSpec spec);

    /// <summary>How long the step of a valid specification may run.</summary>
    protected virtual TimeSpan RuntimeOf(JobSpec spec) => spec.Timeout;

    /// <summary>Begins an account's conversation. Never fails: what cannot be reached shows in its calls.</summary>
    protected abstract ISchedulerSession Open(Account account);

    /// <summary>Logs in before a call to the scheduler: a failure here has not reached the scheduler.</summary>
    protected Task LogInAsync() => _kerberos?.EnsureAsync() ?? Task.CompletedTask;
}
