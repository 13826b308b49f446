using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>One life of the service over a scripted backend and a store that may outlive it.</summary>
internal sealed class Harness : IAsyncDisposable
{
    private readonly JobSupervisor _supervisor;
    private readonly JobJournal _journal;

    private Harness(
        ScriptedJobManager manager,
        InMemoryJobStore store,
        JobServiceOptions options,
        SupervisorOptions scope,
        TimeProvider time,
        JobMetrics? metrics,
        ISpecTexts? texts,
        ILogger<JobSupervisor>? logger)
    {
        Manager = manager;
        Store = store;
        JobManagerRegistry registry = JobManagerRegistry.Create([new ScriptedKind(manager)], null);
        _journal = new JobJournal(store, new LogSpool(Spool), time, NullLogger<JobJournal>.Instance, metrics);
        var services = new LifecycleServices(
            store, _journal, scope, time, logger ?? NullLogger<JobSupervisor>.Instance, FaultPoints.None, metrics, texts);
        _supervisor = new JobSupervisor(registry, new NoLease(), services);
        Service = new JobService(_supervisor, registry, options, services);
    }

    public ScriptedJobManager Manager { get; }

    /// <summary>Where logs wait while the store is away.</summary>
    public string Spool { get; } = Path.Combine(Path.GetTempPath(), $"scailfin-spool-{Guid.NewGuid():N}");

    public InMemoryJobStore Store { get; }

    public JobJournal Journal => _journal;

    public bool IsStandby => _supervisor.IsStandby;

    public JobService Service { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Harness> StartAsync(
        ScriptedJobManager? manager = null, InMemoryJobStore? store = null, JobServiceOptions? options = null, TimeProvider? time = null,
        SupervisorOptions? scope = null, JobMetrics? metrics = null, ISpecTexts? texts = null,
        ILogger<JobSupervisor>? logger = null)
    {
        Harness harness = Start(manager, store, options, time, scope, metrics, texts, logger);
        await Eventually.EndAsync(harness._supervisor.Active, "the service drives the jobs");
        return harness;
    }

    /// <summary>As <see cref="StartAsync"/>, without waiting for the jobs of the store.</summary>
    public static Harness Start(
        ScriptedJobManager? manager = null, InMemoryJobStore? store = null, JobServiceOptions? options = null, TimeProvider? time = null,
        SupervisorOptions? scope = null, JobMetrics? metrics = null, ISpecTexts? texts = null,
        ILogger<JobSupervisor>? logger = null)
    {
        var harness = new Harness(
            manager ?? new(), store ?? new(), options ?? new(), scope ?? new(), time ?? TimeProvider.System, metrics, texts, logger);
        harness._supervisor.Start();
        return harness;
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        await _journal.DisposeAsync();
        if (Directory.Exists(Spool))
            Directory.Delete(Spool, recursive: true);
    }

    public async Task<Job> SubmitAsync(JobSpec? spec = null) =>
        Assert.IsType<SubmitResult.Accepted>(await Service.SubmitAsync(spec ?? Specs.Valid(), "tester")).Job;

    /// <summary>The newest snapshot.</summary>
    public async Task<Job> JobAsync(JobId id) => (await Service.FindAsync(id, Cancellation))!;

    public async Task<Job> UntilAsync(JobId id, Func<Job, bool> condition, string what)
    {
        Job job = null!;
        await Eventually.TrueAsync(async () => condition(job = await JobAsync(id)), what);
        return job;
    }

    public Task<Job> UntilAsync(JobId id, JobStatus status) => UntilAsync(id, job => job.Status == status, $"the job is {status.Name()}");

    public async Task<Job> RunningAsync()
    {
        Job job = await SubmitAsync();
        Manager.Start(job.Id);

        // Under a clock that stands still, no other pass would come.
        Manager.HintTwice(job.Id);
        return await UntilAsync(job.Id, JobStatus.Running);
    }

    /// <summary>Lets time go by, step by step, until something holds.</summary>
    public static Task WhileTimeGoesByAsync(FakeTimeProvider time, TimeSpan step, Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                if (condition())
                    return true;
                time.Advance(step);
                return false;
            },
            what);

    /// <summary>Lets time go by, step by step, until a task ends.</summary>
    public static async Task<T> WhileTimeGoesByAsync<T>(FakeTimeProvider time, TimeSpan step, Task<T> task, string what)
    {
        await WhileTimeGoesByAsync(time, step, () => task.IsCompleted, what);
        return await task;
    }

    /// <summary>Waits until the backend was asked that many times more.</summary>
    public Task ObservedAsync(int times = 2)
    {
        int wanted = Manager.ObserveCalls + times;
        return Eventually.TrueAsync(() => Manager.ObserveCalls >= wanted, "the backend is observed");
    }

    public async Task<string> LogsAsync(JobId id) => await Store.ReadLogsAsync(id, Cancellation) ?? "";

    public async Task<IReadOnlyList<string>> EventsAsync(JobId id) =>
        [.. (await Store.ReadTimelineAsync(id, Cancellation)).Select(entry => entry.Event)];
}
