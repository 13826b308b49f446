using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Xunit;

namespace Scailfin.Testing;

/// <summary>The lifecycle of jobs over one manager and a store in memory.</summary>
public sealed class LifecycleBench : IAsyncDisposable
{
    private readonly string _spool = Path.Combine(Path.GetTempPath(), $"scailfin-spool-{Guid.NewGuid():N}");
    private readonly JobJournal _journal;
    private readonly JobSupervisor _supervisor;

    private LifecycleBench(IJobManager manager)
    {
        var store = new InMemoryJobStore();
        JobManagerRegistry registry = JobManagerRegistry.Create([new ScriptedKind(manager)], null);
        _journal = new JobJournal(store, new LogSpool(_spool), TimeProvider.System, NullLogger<JobJournal>.Instance);
        var services = new LifecycleServices(
            store, _journal, new SupervisorOptions(), TimeProvider.System, NullLogger<JobSupervisor>.Instance, FaultPoints.None);
        _supervisor = new JobSupervisor(registry, new NoLease(), services);
        Service = new JobService(_supervisor, registry, new JobServiceOptions(), services);
    }

    public JobService Service { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<LifecycleBench> StartAsync(IJobManager manager)
    {
        var bench = new LifecycleBench(manager);
        bench._supervisor.Start();
        await Eventually.EndAsync(bench._supervisor.Active, "the service drives the jobs");
        return bench;
    }

    /// <summary>Submits a job that must be accepted.</summary>
    public async Task<JobId> SubmitAsync(JobSpec spec) =>
        Assert.IsType<SubmitResult.Accepted>(await Service.SubmitAsync(spec with { Backend = Specs.Backend }, "tester")).Job.Id;

    /// <summary>The newest snapshot.</summary>
    public async Task<Job> JobAsync(JobId id) => (await Service.FindAsync(id, Cancellation))!;

    /// <summary>Waits until all of these are as wanted, for as long as one of them moves.</summary>
    public async Task UntilAsync(IReadOnlyList<JobId> jobs, Func<Job, bool> condition, string what)
    {
        Job[] seen = [];
        await Eventually.TrueAsync(
            async () => (seen = await Task.WhenAll(jobs.Select(JobAsync))).All(condition),
            what,
            () => string.Join(", ", seen.CountBy(job => (job.Status, job.Released, job.Reason)).Take(12)));
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        await _journal.DisposeAsync();
        if (Directory.Exists(_spool))
            Directory.Delete(_spool, recursive: true);
    }
}
