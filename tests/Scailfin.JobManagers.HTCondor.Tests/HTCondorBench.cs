using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Transports;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>A manager with a workspace of its own on a real pool, as user alice.</summary>
internal sealed class HTCondorBench : IAsyncDisposable
{
    private readonly HpcContainer _site;
    private readonly List<HTCondorJobManager> _managers = [];
    private SharedTransports? _transports;

    private HTCondorBench(HpcContainer site, HTCondorOptions options, string folder)
    {
        _site = site;
        Options = options;
        Marks = folder;
        Workspace = Path.Combine(folder, "workspace");
    }

    public string Workspace { get; }

    /// <summary>Seen by steps and tests alike, whatever becomes of the workspace.</summary>
    public string Marks { get; }

    public HTCondorOptions Options { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<HTCondorBench> CreateAsync(
        HpcContainer site, StagingMode staging, TransportChoice transport = TransportChoice.Native)
    {
        await site.StartPoolAsync();
        string folder = await site.MakeFolderAsync("alice");
        (await site.ExecAsync("alice", "mkdir", "-m", "755", Path.Combine(folder, "workspace"))).OutputOfSuccess();
        IReadOnlyList<string> host = transport == TransportChoice.Native ? Pool.Host : [];
        var options = new HTCondorOptions
        {
            Transport = transport,
            Prefix = [.. site.CommandPrefix("alice"), .. host],
            Worker = Pool.Worker,
            User = "alice",
            Poll = TimeSpan.FromSeconds(1),
            SubmitsPerSecond = 100,
            DefaultResources = new JobResources { Cpus = 1, Memory = 32L << 20, Disk = 1L << 20 },
            Profile = new SiteProfile { Runtimes = ["none"], Staging = staging, StopGrace = TimeSpan.FromSeconds(1) },
        };
        return new HTCondorBench(site, options, folder);
    }

    /// <summary>One worker for all managers of a bench: starting one takes a second of this machine.</summary>
    public IScheddTransports Transports =>
        _transports ??= new SharedTransports(new ScheddTransports(Options, TimeProvider.System, NullLoggerFactory.Instance));

    /// <summary>A manager as the service makes one when it starts.</summary>
    public HTCondorJobManager NewManager(IScheddTransports? transports = null, TimeProvider? time = null)
    {
        var manager = new HTCondorJobManager(
            "htcondor", Options, transports ?? Transports, time ?? TimeProvider.System, NullLogger.Instance);
        _managers.Add(manager);
        return manager;
    }

    public AttemptPlace PlaceOf(Attempt attempt) => new(attempt);

    public JobSpec Spec(string command) =>
        Specs.Valid(command, "htcondor") with { WorkflowWorkspace = Workspace, DockerImage = "", WorkflowUuid = Guid.NewGuid() };

    /// <summary>A step that leaves a mark each time it begins.</summary>
    public JobSpec Marking(string command) => Spec($"echo run >>'{Marks}'/runs.$SCAILFIN_ATTEMPT; {command}");

    public int Runs(Attempt attempt)
    {
        string file = Path.Combine(Marks, $"runs.{attempt.Identity}");
        return File.Exists(file) ? File.ReadAllLines(file).Length : 0;
    }

    public string InWorkspace(string name) => Path.Combine(Workspace, name);

    public static async Task<Attempt> SubmitAsync(HTCondorJobManager manager, JobSpec spec)
    {
        Attempt attempt = Specs.NewAttempt(spec);
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }

    public static async Task<Observation> ObserveAsync(HTCondorJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.ObserveAsync([attempt], Cancellation));

    public static async Task<AttemptEnd> EndAsync(HTCondorJobManager manager, Attempt attempt) =>
        (await ManagerDriver.EndAsync(manager, attempt, () => FilesPicture.Of(attempt.Spec.WorkflowWorkspace))).End!;

    public static async Task<Observation[]> EndsAsync(HTCondorJobManager manager, Attempt[] attempts)
    {
        Observation[] seen = [];
        await Eventually.TrueAsync(
            async () => (seen = [.. await manager.ObserveAsync(attempts, Cancellation)]).All(one => one.End is not null),
            "all of them end",
            () => $"{string.Join(", ", seen.CountBy(one => one.Phase))}, {FilesPicture.Of(attempts[0].Spec.WorkflowWorkspace)}");
        return await Task.WhenAll(attempts.Select(attempt => ManagerDriver.EndAsync(manager, attempt)));
    }

    public static async Task PhaseAsync(HTCondorJobManager manager, Attempt attempt, ObservedPhase phase)
    {
        Observation? seen = null;
        await Eventually.TrueAsync(
            async () => (seen = await ObserveAsync(manager, attempt)).Phase == phase,
            $"the attempt is {phase}",
            () => Picture(attempt, seen));
    }

    /// <summary>HTCondor's log of the job is in the workspace, too.</summary>
    private static string Picture(Attempt attempt, Observation? seen) =>
        $"{seen?.Phase} ({seen?.Reason}), {FilesPicture.Of(attempt.Spec.WorkflowWorkspace)}";

    public Task<CommandResult> RunAsync(params string[] command) => _site.ExecAsync("alice", command);

    public async Task<string> RunWithInputAsync(string input, params string[] command) =>
        (await _site.ExecAsync("alice", command, input)).OutputOfSuccess();

    /// <summary>How many entries of the attempt are in the queue.</summary>
    public async Task<int> EntriesAsync(Attempt attempt)
    {
        string listed =
            (await RunAsync("condor_q", "-constraint", $"ScailfinJobId == \"{attempt.JobId}\"", "-af", "ClusterId")).OutputOfSuccess();
        return listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HTCondorJobManager manager in _managers)
            manager.Dispose();
        if (_transports is not null)
            await _transports.DisposeAsync();
    }
}
