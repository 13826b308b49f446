using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Bench;

/// <summary>
/// A backend that costs nothing: every job has ended as soon as it is asked for, with one line of log; one whose image is named <c>hold</c>
/// runs until it is stopped. So that the benchmark measures the service and not a backend.
/// </summary>
internal sealed class NoOpJobManager(TimeProvider time) : IJobManager, IWatchesJobs
{
    private readonly ConcurrentDictionary<JobId, bool> _jobs = new();

    public JobManagerTraits Traits { get; } = new()
    {
        HasReceipt = false,
        Staging = [StagingMode.Shared],
        NotKnownBound = TimeSpan.FromMinutes(1),
        ObserveInterval = TimeSpan.FromSeconds(10),
        InFlightLimit = 1_000_000,
    };

    public Action<JobId>? Changed { private get; set; }

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => [];

    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        _jobs[attempt.JobId] = true;
        return Task.FromResult<Submission>(new Submission.Accepted(new BackendHandle(attempt.Identity)));
    }

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>(
            [.. attempts.Select(attempt => _jobs.ContainsKey(attempt.JobId)
                ? (Finding)new Finding.Found(new BackendHandle(attempt.Identity))
                : new Finding.CertainlyNot())]);

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Observation>>([.. attempts.Select(Observe)]);

    public Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        _jobs[attempt.JobId] = false;
        Changed?.Invoke(attempt.JobId);
        return Task.FromResult<StopAnswer>(new StopAnswer.Accepted());
    }

    public Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken) =>
        Task.FromResult(new Collected("done\n"));

    public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        _jobs.TryRemove(attempt.JobId, out _);
        return Task.CompletedTask;
    }

    private Observation Observe(Attempt attempt)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool live = _jobs.GetValueOrDefault(attempt.JobId);
        if (live && attempt.Spec.DockerImage == "hold")
            return new Observation
            {
                JobId = attempt.JobId,
                AttemptNumber = attempt.Number,
                Phase = ObservedPhase.Running,
                ObservedAt = now,
            };
        return new Observation
        {
            JobId = attempt.JobId,
            AttemptNumber = attempt.Number,
            Phase = ObservedPhase.Ended,
            ObservedAt = now,
            End = new AttemptEnd
            {
                Class = live ? EndClass.Succeeded : EndClass.Cancelled,
                StepMayHaveRun = true,
                StartedAt = now,
                EndedAt = now,
                Evidence = new Evidence
                {
                    Source = EvidenceSource.Backend,
                    Text = "The no-op step exited with 0.",
                    ExitCode = 0,
                    ObservedAt = now,
                },
            },
        };
    }
}

/// <summary>Offered under the name that REANA's clients use.</summary>
internal sealed class NoOpKind(TimeProvider time) : IJobManagerKind
{
    public string Name => "kubernetes";

    public string StoredName(string backend) => "Kubernetes";

    public bool CanWorkHere() => true;

    public IJobManager Create(string backend, BackendOptions options) => new NoOpJobManager(time);
}
