using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>What a backend holds of a sidecar's workflow and no job of the store names.</summary>
public sealed class OrphanTests
{
    private readonly InMemoryJobStore _store = new();
    private readonly ScriptedJobManager _manager = new();
    private readonly KeptLog<JobSupervisor> _warnings = new();

    [Fact]
    public async Task An_orphan_of_the_workflow_is_named_in_the_log_and_left_as_it_is()
    {
        Job known = await LeftAsync(Specs.NewJob());
        Attempt orphan = Specs.NewAttempt(known.Spec);
        Attempt foreign = Specs.NewAttempt(known.Spec with { WorkflowUuid = Guid.NewGuid() });
        foreach (Attempt attempt in (Attempt[])[known.Attempt, orphan, foreign])
            _manager.Hold(attempt);
        await using Harness harness = await StartAsync(known.Spec.WorkflowUuid);
        await Eventually.TrueAsync(() => _warnings.Lines.Count > 0, "the orphan is reported");
        await harness.UntilAsync(known.Id, seen => seen.Handle is not null, "the known job is adopted");
        Assert.Equal(
            $"backend-{orphan.JobId}.1 of workflow {known.Spec.WorkflowUuid} belongs to no job in the store: an earlier service of the "
            + $"workflow submitted it, and its row is missing. It is left as it is; to remove it: rm {orphan.JobId}",
            Assert.Single(_warnings.Lines));
        Assert.Contains(orphan.JobId, _manager.Live);
        Assert.Equal((0, 1), (_manager.StopCalls, _manager.ListCalls));
    }

    /// <summary>Upstream's Jobs do not say whose they are.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_whose_id_or_handle_is_in_a_row_is_not_an_orphan_even_if_it_has_ended(bool byId)
    {
        Job ended = Specs.NewJob() with { Status = JobStatus.Finished, Released = true };
        await LeftAsync(ended with { Handle = byId ? new BackendHandle("another") : new BackendHandle($"backend-{ended.Id}.1") });
        _manager.Hold(ended.Attempt);
        _manager.RecordsIds = byId;
        await using (await StartAsync(ended.Spec.WorkflowUuid))
            await Eventually.TrueAsync(() => _manager.ListCalls > 0, "the backend's jobs are listed");
        Assert.Empty(_warnings.Lines);
    }

    [Fact]
    public async Task Of_very_many_orphans_a_hundred_are_named_and_the_rest_are_counted()
    {
        JobSpec spec = Specs.Valid();
        for (int i = 0; i < 102; i++)
            _manager.Hold(Specs.NewAttempt(spec));
        await using Harness harness = await StartAsync(spec.WorkflowUuid);
        await Eventually.TrueAsync(() => _warnings.Lines.Count > 100, "all are reported", () => _warnings.Lines.Count);
        Assert.Equal(
            $"2 more jobs of backend {Specs.Backend} and workflow {spec.WorkflowUuid} belong to no job in the store",
            _warnings.Lines.Last());
        Assert.Equal(101, _warnings.Lines.Count);
    }

    [Fact]
    public async Task The_listing_waits_for_a_backend_that_is_away_and_ends_with_its_reason_after_ten_tries()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        _manager.IsAway = true;
        Guid workflow = Guid.NewGuid();
        await using Harness harness = await StartAsync(workflow, time);
        await Harness.WhileTimeGoesByAsync(
            time,
            TimeSpan.FromSeconds(30),
            () => _warnings.Lines.Any(line => line.Contains("cannot list what it holds", StringComparison.Ordinal)),
            "it gives up");
        Assert.Equal(10, _manager.ListCalls);
    }

    [Fact]
    public async Task A_service_of_all_workflows_lists_nothing()
    {
        _manager.Hold(Specs.NewAttempt(Specs.Valid()));
        await using (Harness harness = await Harness.StartAsync(_manager, _store, logger: _warnings))
            await harness.RunningAsync();
        Assert.Equal((0, 0), (_manager.ListCalls, _warnings.Lines.Count));
    }

    private Task<Harness> StartAsync(Guid workflow, TimeProvider? time = null) => Harness.StartAsync(
        _manager, _store, time: time, scope: new() { OneWorkflow = true, Workflow = workflow }, logger: _warnings);

    private async Task<Job> LeftAsync(Job job)
    {
        await _store.CommitAsync([new StoreWrite.Insert(job, [])], TestContext.Current.CancellationToken);
        return job;
    }
}
