using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.EventLogs;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Schedds;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Runs each attempt as one job of an HTCondor pool.</summary>
internal sealed class HTCondorJobManager : BatchJobManager, IWatchesJobs
{
    private readonly string _backend;
    private readonly HTCondorOptions _options;
    private readonly IScheddTransports _transports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EventWatch? _events;
    private Action<JobId>? _changed;

    public HTCondorJobManager(string backend, HTCondorOptions options, IScheddTransports transports, TimeProvider time, ILogger logger)
        : base("HTCondor", options, time)
    {
        _backend = backend;
        _options = options;
        _transports = transports;
        _time = time;
        _logger = logger;

        // With spooling the schedd may run on another machine, where this process cannot read its event log.
        _events = options.Spool ? null : new EventWatch(job => _changed?.Invoke(job), time);
    }

    public Action<JobId>? Changed
    {
        set => _changed = value;
    }

    protected override IEnumerable<SpecProblem> ProblemsOf(JobSpec spec)
    {
        var problems = new List<SpecProblem>();
        StepRequest.Read(spec, _options, problems);
        if (_options.ContainerUniverse && spec.DockerImage.Length == 0)
            problems.Add(new SpecProblem(
                "docker_img", "docker_img: an image is needed, because this backend's pool runs every step in a container."));
        if (spec.WorkflowWorkspace.AsSpan().ContainsAny("\n\r") || spec.WorkflowWorkspace.Contains("$$", StringComparison.Ordinal))
            problems.Add(new SpecProblem(
                "workflow_workspace", "workflow_workspace: HTCondor cannot carry a path with a line break or two dollar signs in a row."));
        return problems;
    }

    protected override TimeSpan RuntimeOf(JobSpec spec) => StepDescription.StepRuntime(spec, StepRequest.Read(spec, _options, []));

    protected override ISchedulerSession Open(Account account)
    {
        var calls = new ScheddCalls(
            _transports.ForAsync(account), _options.Schedd, new CallOptions { Deadline = _options.CallDeadline }, LogInAsync);
        return new ScheddSession(calls, account, _backend, _options, _time, _logger) { Faults = Faults, Events = _events };
    }

    protected override void Dispose(bool disposing)
    {
        _events?.Dispose();
        base.Dispose(disposing);
    }
}
