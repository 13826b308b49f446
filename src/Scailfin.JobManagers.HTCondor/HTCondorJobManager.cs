using System.Collections.Concurrent;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
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
    private readonly Homecoming _homecoming;
    private readonly CertainAbsence _absence;
    private Action<JobId>? _changed;

    public HTCondorJobManager(string backend, HTCondorOptions options, IScheddTransports transports, TimeProvider time, ILogger logger)
    {
        _backend = backend;
        _options = options;
        _transports = transports;
        _time = time;
        _logger = logger;
        _kerberos = options.Kerberos is { } kerberos ? new KerberosLogin(kerberos, time) : null;
        _homecoming = new Homecoming(options, time, logger);
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
            _options,
            _time,
            _logger)
        {
            Faults = Faults,
        });

    private Task LogInAsync() => _kerberos?.EnsureAsync(CancellationToken.None) ?? Task.CompletedTask;

    /// <summary>An owner that cannot submit has no jobs there either: the service's own user is asked.</summary>
    private ScheddSession SessionOf(Attempt attempt) => SessionOf(Submitter.Of(attempt, _options) ?? new Submitter(""));

    /// <summary>Asks each submitter once, and puts the answers back in order.</summary>
    private async Task<IReadOnlyList<T>> BySubmitterAsync<T>(
        IReadOnlyList<Attempt> attempts, Func<ScheddSession, IReadOnlyList<Attempt>, Task<IReadOnlyList<T>>> ask)
    {
        var answers = new T[attempts.Count];
        foreach (var group in attempts.Select((attempt, at) => (attempt, at)).GroupBy(pair => SessionOf(pair.attempt)))
        {
            (Attempt, int)[] members = [.. group];
            IReadOnlyList<T> some = await ask(group.Key, [.. members.Select(member => member.Item1)]);
            foreach (((_, int at), T answer) in members.Zip(some))
                answers[at] = answer;
        }

        return answers;
    }

    private static Task<T> InWorkspaceAsync<T>(Attempt attempt, Func<AttemptPlace, T> work, CancellationToken cancellationToken) =>
        WorkspaceOwner.DoAsync(attempt.Spec.WorkflowWorkspace, () => work(new AttemptPlace(attempt)), cancellationToken);
}
