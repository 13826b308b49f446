using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>Which jobs a service drives and keeps.</summary>
public sealed class ScopeTests
{
    private readonly InMemoryJobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_of_one_workflow_adopts_its_jobs_and_nobody_elses()
    {
        Job mine = await LeftAsync();
        Job foreign = await LeftAsync();
        await using Harness harness = await Harness.StartAsync(
            store: _store, scope: new() { OneWorkflow = true, Workflow = mine.Spec.WorkflowUuid });
        await harness.UntilAsync(mine.Id, seen => seen.Handle is not null, "its job is submitted");
        Assert.Null(await harness.Service.FindAsync(foreign.Id, Cancellation));
        Assert.Equal([mine.Id], (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Select(job => job.Id));
        Assert.Null(_store.Stored(foreign.Id).Handle);
    }

    [Fact]
    public async Task A_service_that_does_not_know_its_workflow_learns_it_from_the_first_submission()
    {
        Job left = await LeftAsync();
        await using Harness harness = await Harness.StartAsync(store: _store, scope: new() { OneWorkflow = true });
        Assert.Empty(await harness.Service.ListAsync(JobFilter.All, Cancellation));
        await harness.SubmitAsync(left.Spec);
        await harness.UntilAsync(left.Id, seen => seen.Handle is not null, "what was left is submitted");
    }

    [Fact]
    public async Task A_question_does_not_make_a_service_adopt_a_workflow()
    {
        Job left = await LeftAsync();
        await using Harness harness = await Harness.StartAsync(store: _store, scope: new() { OneWorkflow = true });
        Assert.Null(await harness.Service.FindAsync(left.Id, Cancellation));
        Assert.Empty(await harness.Service.ListAsync(JobFilter.All, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_submission_to_another_workflow_is_refused_and_touches_nothing(bool known)
    {
        Job foreign = await LeftAsync(job => job with { Status = JobStatus.Created });
        Guid own = Guid.NewGuid();
        await using Harness harness = await Harness.StartAsync(
            store: _store, scope: new() { OneWorkflow = true, Workflow = known ? own : null });
        await harness.SubmitAsync(Specs.Valid() with { WorkflowUuid = own });
        SubmitResult refused = await harness.Service.SubmitAsync(foreign.Spec, "tester");
        Assert.Equal("workflow_uuid", Assert.Single(Assert.IsType<SubmitResult.Invalid>(refused).Problems).Field);
        await harness.ObservedAsync();
        Assert.Equal((JobStatus.Created, null), (_store.Stored(foreign.Id).Status, _store.Stored(foreign.Id).Stop));
    }

    [Fact]
    public async Task A_settled_job_is_forgotten_after_its_time_and_no_other()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        Job old = await LeftAsync(job => job with { Status = JobStatus.Finished, Released = true, FinishedAt = time.GetUtcNow() });
        Job owed = await LeftAsync();
        await using Harness harness = await Harness.StartAsync(
            store: _store, time: time, scope: new() { Retention = TimeSpan.FromDays(30) });
        time.Advance(TimeSpan.FromDays(29));
        Assert.NotNull(await harness.Service.FindAsync(old.Id, Cancellation));
        await Eventually.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromHours(5));
                return await harness.Service.FindAsync(old.Id, Cancellation) is null;
            },
            "the old job is forgotten");
        Assert.Null(await _store.FindAsync(old.Id, Cancellation));
        Assert.NotNull(await _store.FindAsync(owed.Id, Cancellation));
    }

    [Fact]
    public async Task A_list_is_filtered_and_paged_in_the_order_of_submission()
    {
        await using Harness harness = await Harness.StartAsync();
        var jobs = new List<Job>();
        for (int i = 0; i < 5; i++)
            jobs.Add(await harness.SubmitAsync());
        Job other = await harness.SubmitAsync(Specs.Valid() with { WorkflowUuid = Guid.NewGuid() });
        harness.Manager.Start(jobs[1].Id);
        await harness.UntilAsync(jobs[1].Id, JobStatus.Running);
        Assert.Equal([jobs[1].Id], await ListAsync(harness, new() { Status = JobStatus.Running }));
        Assert.Equal([other.Id], await ListAsync(harness, new() { Workflow = other.Spec.WorkflowUuid }));
        Assert.Equal([jobs[0].Id, jobs[1].Id], await ListAsync(harness, new() { Limit = 2 }));
        Assert.Equal([jobs[2].Id, jobs[3].Id], await ListAsync(harness, new() { Limit = 2, After = jobs[1].Id }));
        Assert.Empty(await ListAsync(harness, new() { Owner = "somebody else" }));
        Assert.Empty(await ListAsync(harness, new() { After = JobId.New() }));
    }

    private static async Task<IEnumerable<JobId>> ListAsync(Harness harness, JobFilter filter) =>
        (await harness.Service.ListAsync(filter, Cancellation)).Select(job => job.Id);

    private async Task<Job> LeftAsync(Func<Job, Job>? change = null)
    {
        Job job = Specs.NewJob() with { Status = JobStatus.Queued };
        job = job with { Spec = job.Spec with { WorkflowUuid = Guid.NewGuid() } };
        job = change is null ? job : change(job);
        await _store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        return job;
    }
}
