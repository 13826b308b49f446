using System.Collections.Concurrent;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Time;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Schedds;
using Scailfin.JobManagers.HTCondor.Staging;
using Scailfin.JobManagers.HTCondor.Submitters;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>
/// Runs each attempt as one job of an HTCondor pool. The queue, then the history, is the truth about where it stands; the wrapper's receipt
/// is the truth about how it ended. Whatever is known of an attempt is found again by its identity in the job's ad and by its directory in
/// the workspace.
/// </summary>
internal sealed partial class HTCondorJobManager : IJobManager, IWatchesJobs, IStreamsLogs, IExplainsJobs, IChecksHealth
{
    private readonly string _backend;
    private readonly HTCondorOptions _options;
    private readonly IScheddTransports _transports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Submitter, ScheddSession> _sessions = new();
    private readonly KerberosLogin? _kerberos;
    private readonly OutputRetrieval _retrieval;
    private readonly CertainAbsence _absence;
    private readonly FirstSeen _lagging;
    private readonly ConcurrentDictionary<string, BackOff> _missing = new(StringComparer.Ordinal);
    private Action<JobId>? _changed;

    public HTCondorJobManager(string backend, HTCondorOptions options, IScheddTransports transports, TimeProvider time, ILogger logger)
    {
        _backend = backend;
        _options = options;
        _transports = transports;
        _time = time;
        _logger = logger;
        _kerberos = options.Kerberos is { } kerberos ? new KerberosLogin(kerberos, time) : null;
        _retrieval = new OutputRetrieval(options, time);
        _lagging = new FirstSeen(time);
        _events = new EventWatch(job => _changed?.Invoke(job), time);
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

    public Action<JobId>? Changed
    {
        set => _changed = value;
    }

    public JobManagerTraits Traits { get; }

    /// <summary>Where tests kill the service.</summary>
    public FaultPoints Faults { get; init; } = FaultPoints.None;

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec)
    {
        var problems = new List<SpecProblem>(WrapperScript.Validate(spec, _options.Profile));
        StepRequest.Read(spec, _options, problems);
        if (_options.ContainerUniverse && spec.DockerImage.Length == 0)
            problems.Add(new SpecProblem(
                "docker_img", "docker_img: an image is needed, because this backend's pool runs every step in a container."));
        if (spec.WorkflowWorkspace.AsSpan().ContainsAny("\n\r"))
            problems.Add(new SpecProblem("workflow_workspace", "workflow_workspace: HTCondor cannot carry a path with a line break."));
        return problems;
    }

    private ScheddSession SessionOf(Submitter submitter) => _sessions.GetOrAdd(
        submitter,
        one => new ScheddSession(
            new ScheddCalls(_transports.For(one), _options.Schedd, new CallOptions { Deadline = _options.CallDeadline }, LogInAsync),
            _backend,
            _options,
            _time,
            _logger)
        {
            Faults = Faults,
        });

    private Task LogInAsync() => _kerberos?.EnsureAsync(CancellationToken.None) ?? Task.CompletedTask;

    /// <summary>An owner that cannot submit has no jobs there either: the service's own user is asked.</summary>
    private ScheddSession SessionOf(Attempt attempt) => SessionOf(Submitter.Of(attempt, _options) ?? new Submitter(""));

    /// <summary>
    /// Asks each submitter once, all at the same time, and puts the answers back in order. One who cannot be asked costs the others
    /// nothing; where nobody can, the backend is away.
    /// </summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="ask">Asks one submitter.</param>
    /// <param name="away">The answer about an attempt whose submitter cannot be asked, and why.</param>
    private async Task<IReadOnlyList<T>> BySubmitterAsync<T>(
        IReadOnlyList<Attempt> attempts,
        Func<ScheddSession, IReadOnlyList<Attempt>, Task<IReadOnlyList<T>>> ask,
        Func<Attempt, string, T> away)
    {
        var answers = new T[attempts.Count];
        var groups = attempts.Select((attempt, at) => (Attempt: attempt, At: at)).GroupBy(pair => SessionOf(pair.Attempt)).ToArray();
        JobManagerUnavailableException?[] failures = await Task.WhenAll(groups.Select(async group =>
        {
            (Attempt Attempt, int At)[] members = [.. group];
            try
            {
                IReadOnlyList<T> some = await ask(group.Key, [.. members.Select(member => member.Attempt)]);
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
        return groups.Length > 0 && groups.Length == _sessions.Count && failures.All(failure => failure is not null)
            ? throw failures[0]!
            : answers;
    }

    /// <summary>
    /// Asks the submitter of one attempt. Where there are others, one who cannot be asked is no sign that the backend is away.
    /// </summary>
    private async Task<T> OfSubmitterAsync<T>(Attempt attempt, Func<ScheddSession, Task<T>> ask)
    {
        try
        {
            return await ask(SessionOf(attempt));
        }
        catch (JobManagerUnavailableException exception) when (_sessions.Count > 1)
        {
            throw new SubmitterUnavailableException(exception.Message, exception);
        }
    }

    /// <inheritdoc cref="OfSubmitterAsync{T}"/>
    private Task OfSubmitterAsync(Attempt attempt, Func<ScheddSession, Task> ask) => OfSubmitterAsync(attempt, async session =>
    {
        await ask(session);
        return true;
    });

    private static Task<T> InWorkspaceAsync<T>(Attempt attempt, Func<AttemptPlace, T> work, CancellationToken cancellationToken) =>
        WorkspaceOwner.DoAsync(attempt.Spec.WorkflowWorkspace, () => work(new AttemptPlace(attempt)), cancellationToken);
}
