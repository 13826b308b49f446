using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Options;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>The manager of the toy scheduler: this is all that a scheduler has to supply.</summary>
internal sealed class ToyJobManager(ToyScheduler scheduler, BatchOptions options, TimeProvider time)
    : BatchJobManager("The toy scheduler", options, time)
{
    private readonly TimeProvider _time = time;

    protected override IEnumerable<SpecProblem> ProblemsOf(JobSpec spec) => [];

    protected override ISchedulerSession Open(Account account) => new ToySession(scheduler, _time);
}

internal sealed class ToySession(ToyScheduler scheduler, TimeProvider time) : ISchedulerSession
{
    public Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<ReadyAttempt> attempts) =>
        Task.FromResult<IReadOnlyList<Submission>>([.. attempts.Select(ready => Submit(ready.Attempt))]);

    public Task<IReadOnlyDictionary<string, Sighting>> LookInQueueAsync(
        IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        LookAsync(attempts, job => !job.Process.HasExited);

    public Task<IReadOnlyDictionary<string, Sighting>> LookInHistoryAsync(
        IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        LookAsync(attempts, job => job.Process.HasExited);

    public async Task<IReadOnlyList<StopAnswer>> RemoveAsync(IReadOnlyList<Attempt> attempts)
    {
        foreach (Attempt attempt in attempts)
            await scheduler.RemoveAsync(attempt.Identity);
        return [.. attempts.Select(_ => new StopAnswer.Accepted())];
    }

    public Task ForgetAsync(IReadOnlyList<Attempt> attempts)
    {
        foreach (Attempt attempt in attempts)
            scheduler.Forget(attempt.Identity);
        return Task.CompletedTask;
    }

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Submission.Accepted Submit(Attempt attempt) =>
        new(HandleOf(scheduler.Submit(attempt.Identity, new AttemptPlace(attempt).Files.Script)));

    private Task<IReadOnlyDictionary<string, Sighting>> LookAsync(IReadOnlyList<Attempt> attempts, Func<ToyJob, bool> isThere)
    {
        var seen = new Dictionary<string, Sighting>();
        foreach (Attempt attempt in attempts)
        {
            if (scheduler.Jobs.TryGetValue(attempt.Identity, out ToyJob? job) && isThere(job))
                seen[attempt.Identity] = new Sighting(HandleOf(job), Observe(attempt, job));
        }

        return Task.FromResult<IReadOnlyDictionary<string, Sighting>>(seen);
    }

    private Observation Observe(Attempt attempt, ToyJob job)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!job.Process.HasExited)
            return Observation.Of(attempt, ObservedPhase.Running, now);
        int code = job.Process.ExitCode;
        var end = new BatchEnd
        {
            Class = job.WasRemoved ? EndClass.Cancelled : EndClass.Infrastructure,
            Word = job.WasRemoved ? SchedulerWord.Cancelled : code == 0 ? SchedulerWord.GoodEnd : SchedulerWord.BadEnd,
            IsProvisional = true,
            StepMayHaveRun = true,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Backend,
                Text = job.WasRemoved ? "The job was removed." : $"The job's wrapper ended with exit code {code} and left no receipt.",
                ObservedAt = now,
            },
        };
        return Observation.Of(attempt, end, now);
    }

    private static BackendHandle HandleOf(ToyJob job) => new(job.Number.ToString(CultureInfo.InvariantCulture));
}
