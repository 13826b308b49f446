using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>What a new life of the service does with what it finds in its store.</summary>
public sealed class RecoveryTests
{
    private readonly InMemoryJobStore _store = new();
    private readonly ScriptedJobManager _manager = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queued_job_that_the_backend_has_is_adopted_and_not_submitted()
    {
        Job job = await LeftAsync(Specs.NewJob());
        _manager.Hold(job.Attempt);
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        await harness.UntilAsync(job.Id, seen => seen.Handle?.Id == $"backend-{job.Id}.1", "it is adopted");
        await harness.ObservedAsync();
        Assert.Equal((1, 0), (_manager.Arrivals(job.Id), _manager.SubmitCalls));
    }

    [Fact]
    public async Task A_queued_job_that_the_backend_certainly_does_not_have_is_submitted()
    {
        Job job = await LeftAsync(Specs.NewJob());
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        await harness.UntilAsync(job.Id, seen => seen.Handle is not null, "it is submitted");
        await harness.ObservedAsync();
        Assert.Equal((1, 1), (_manager.Arrivals(job.Id), _manager.SubmitCalls));
    }

    /// <summary>By a clock that stands still: no interval has to pass first.</summary>
    [Fact]
    public async Task What_an_adopted_job_does_is_looked_at_at_once()
    {
        Job job = await LeftAsync(Held());
        _manager.Hold(job.Attempt);
        _manager.Start(job.Id);
        await using Harness harness = await Harness.StartAsync(
            _manager, _store, time: new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await harness.UntilAsync(job.Id, JobStatus.Running);
    }

    [Fact]
    public async Task A_job_whose_submission_was_never_answered_fails_with_that_reason_and_is_stopped_at_the_backend()
    {
        Job job = await LeftAsync(Specs.NewJob() with { Status = JobStatus.Created });
        _manager.Hold(job.Attempt);
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        Job failed = await harness.UntilAsync(job.Id, JobStatus.Failed);
        Assert.Contains("restarted before it answered this submission", failed.Reason, StringComparison.Ordinal);
        Assert.EndsWith($"{failed.Reason}\n", await harness.LogsAsync(job.Id), StringComparison.Ordinal);
        Assert.Empty(_manager.Live);
        Assert.Equal(0, _manager.SubmitCalls);
    }

    [Fact]
    public async Task A_job_whose_submission_was_never_answered_and_never_arrived_is_never_submitted()
    {
        Job job = await LeftAsync(Specs.NewJob() with { Status = JobStatus.Created });
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        await harness.UntilAsync(job.Id, seen => seen is { Status: JobStatus.Failed, Released: true }, "it failed and is settled");
        Assert.Equal((0, 0), (_manager.Arrivals(job.Id), _manager.SubmitCalls));
    }

    [Fact]
    public async Task A_terminal_job_that_was_not_released_is_released_and_keeps_its_status()
    {
        Job job = await LeftAsync(Held() with { Status = JobStatus.Finished, Evidence = Evidence() });
        _manager.Hold(job.Attempt);
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        Job settled = await harness.UntilAsync(job.Id, seen => seen.Released, "it is released");
        Assert.Equal(JobStatus.Finished, settled.Status);
        Assert.True(_manager.WasReleased(job.Id));
        Assert.Equal((0, 0), (_manager.SubmitCalls, _manager.StopCalls));
    }

    [Fact]
    public async Task A_running_job_is_observed_to_its_end()
    {
        Job job = await LeftAsync(Held() with { Status = JobStatus.Running });
        _manager.Hold(job.Attempt);
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        _manager.Start(job.Id);
        await harness.ObservedAsync();
        _manager.Exit(job.Id, 0);
        await harness.UntilAsync(job.Id, JobStatus.Finished);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), await harness.LogsAsync(job.Id));
        Assert.Equal(0, _manager.SubmitCalls);
    }

    [Fact]
    public async Task A_stop_that_was_durable_is_sent_by_the_next_life()
    {
        var stop = new StopRequest(TimeProvider.System.GetUtcNow(), StopCause.Requested);
        Job job = await LeftAsync(Held() with { Status = JobStatus.Running, Stop = stop });
        _manager.Hold(job.Attempt);
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        await harness.UntilAsync(job.Id, JobStatus.Stopped);
        Assert.Empty(_manager.Live);
    }

    [Fact]
    public async Task A_settled_job_is_shown_and_nobody_is_asked_about_it()
    {
        Job job = await LeftAsync(Held() with { Status = JobStatus.Finished, Evidence = Evidence(), Released = true });
        await using Harness harness = await Harness.StartAsync(_manager, _store);
        Job other = await harness.RunningAsync();
        Assert.Equal([job.Id, other.Id], (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Select(seen => seen.Id));
        Assert.False(_manager.WasReleased(job.Id));
    }

    [Fact]
    public async Task Jobs_of_one_life_go_on_in_the_next_one_and_are_never_doubled()
    {
        var jobs = new List<Job>();
        await using (Harness first = await Harness.StartAsync(_manager, _store))
        {
            _manager.Next(SubmitScript.Accept, SubmitScript.LoseReply, SubmitScript.LoseRequest);
            _manager.CannotTell = true;
            for (int i = 0; i < 3; i++)
                jobs.Add(await first.SubmitAsync());
        }

        _manager.CannotTell = false;
        await using Harness second = await Harness.StartAsync(_manager, _store);
        foreach (Job job in jobs)
            await second.UntilAsync(job.Id, seen => seen.Handle is not null, "the backend has it");
        Assert.All(jobs, job => Assert.Equal(1, _manager.Arrivals(job.Id)));
    }

    private static Job Held()
    {
        Job job = Specs.NewJob();
        return job with { Handle = new BackendHandle($"backend-{job.Id}.1") };
    }

    private static Evidence Evidence() =>
        new()
        {
            Source = EvidenceSource.Backend,
            Text = "The step exited with 0.",
            ExitCode = 0,
            ObservedAt = TimeProvider.System.GetUtcNow(),
        };

    private async Task<Job> LeftAsync(Job job)
    {
        await _store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        return job;
    }
}
