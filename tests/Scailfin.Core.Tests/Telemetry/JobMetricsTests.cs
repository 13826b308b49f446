using System.Diagnostics.Metrics;
using Scailfin.Core.Jobs;
using Scailfin.Core.Tests.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Telemetry;

/// <summary>What the lifecycle and the store tell about themselves.</summary>
public sealed class JobMetricsTests
{
    private const string B = $"backend={Specs.Backend}";

    [Fact]
    public async Task A_job_tells_each_phase_of_its_life_once()
    {
        using var heard = new Heard();
        await using Harness harness = await Harness.StartAsync(metrics: heard.Metrics);
        Job job = await harness.RunningAsync();
        harness.Manager.Exit(job.Id, 0);
        await harness.UntilAsync(job.Id, seen => seen.IsSettled, "it is settled");
        await Eventually.TrueAsync(() => heard.Of($"scailfin.job.phase.duration{{{B},phase=release}}").Count == 1, "the release is told");
        foreach (string phase in new[] { "submit", "queued", "run", "collect" })
            Assert.True(Assert.Single(heard.Of($"scailfin.job.phase.duration{{{B},phase={phase}}}")) >= 0, phase);
        Assert.Equal([1], heard.Of($"scailfin.jobs.ended{{{B},status=finished}}"));
    }

    [Fact]
    public async Task A_job_that_is_refused_ended_as_failed_and_never_ran()
    {
        using var heard = new Heard();
        await using Harness harness = await Harness.StartAsync(metrics: heard.Metrics);
        harness.Manager.Next(SubmitScript.Refuse);
        await harness.Service.SubmitAsync(Specs.Valid(), "tester");
        Assert.Equal([1], heard.Of($"scailfin.jobs.ended{{{B},status=failed}}"));
        Assert.DoesNotContain(heard.Series, series => series.StartsWith("scailfin.job.phase", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_are_counted_by_status_until_they_are_settled()
    {
        using var heard = new Heard();
        await using Harness harness = await Harness.StartAsync(metrics: heard.Metrics);
        Job job = await harness.RunningAsync();
        await harness.SubmitAsync();
        Assert.Equal(1, heard.Now($"scailfin.jobs{{{B},status=running}}"));
        Assert.Equal(1, heard.Now($"scailfin.jobs{{{B},status=queued}}"));
        Assert.Equal(0, heard.Now($"scailfin.jobs{{{B},status=created}}"));
        harness.Manager.Exit(job.Id, 1);
        await Eventually.TrueAsync(() => heard.Now($"scailfin.jobs{{{B},status=running}}") == 0, "it is counted no more");
        await Eventually.TrueAsync(() => heard.Now($"scailfin.jobs{{{B},status=failed}}") == 0, "it is settled");
        Assert.Equal([1], heard.Of($"scailfin.jobs.ended{{{B},status=failed}}"));
    }

    [Fact]
    public async Task A_full_backend_has_jobs_that_wait()
    {
        using var heard = new Heard();
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager, metrics: heard.Metrics);
        for (int i = 0; i < 3; i++)
            await harness.SubmitAsync();
        Assert.Equal(1, heard.Now($"scailfin.backend.in_flight{{{B}}}"));
        Assert.Equal(2, heard.Now($"scailfin.backend.pending{{{B}}}"));
    }

    [Fact]
    public async Task A_backend_that_is_away_is_down_and_its_calls_are_unavailable_until_it_answers_again()
    {
        using var heard = new Heard();
        await using Harness harness = await Harness.StartAsync(metrics: heard.Metrics);
        await harness.RunningAsync();
        Assert.Equal(1, heard.Now($"scailfin.backend.up{{{B}}}"));
        Assert.Equal(0, heard.Now($"scailfin.backend.away.duration{{{B}}}"));
        harness.Manager.IsAway = true;
        await Eventually.TrueAsync(() => heard.Now($"scailfin.backend.up{{{B}}}") == 0, "it is down");
        Assert.True(heard.Now($"scailfin.backend.away.duration{{{B}}}") > 0);
        Assert.NotEmpty(heard.Of($"scailfin.backend.calls{{{B},call=observe,outcome=unavailable}}"));
        harness.Manager.IsAway = false;
        await Eventually.TrueAsync(() => heard.Now($"scailfin.backend.up{{{B}}}") == 1, "it is up again");
    }

    [Fact]
    public async Task Commits_are_counted_timed_and_sized_and_a_store_that_is_away_has_a_queue()
    {
        using var heard = new Heard();
        await using Harness harness = await Harness.StartAsync(metrics: heard.Metrics);
        Job job = await harness.RunningAsync();
        Assert.Equal(harness.Store.Commits, heard.Of("scailfin.store.commits{outcome=ok}").Count);
        Assert.Equal(heard.Of("scailfin.store.commit.duration").Count, heard.Of("scailfin.store.commit.writes").Count);
        Assert.Equal(1, heard.Now("scailfin.store.up"));
        Assert.Equal([1], heard.Of("scailfin.store.reads{call=list,outcome=ok}"));
        harness.Store.IsAway = true;
        harness.Manager.Exit(job.Id, 0);
        await harness.UntilAsync(job.Id, JobStatus.Finished);
        Assert.Equal(0, heard.Now("scailfin.store.up"));
        Assert.True(heard.Now("scailfin.store.queue") > 0);
        Assert.NotEmpty(heard.Of("scailfin.store.commits{outcome=unavailable}"));
        harness.Store.IsAway = false;
        await Eventually.TrueAsync(() => heard.Now("scailfin.store.up") == 1 && heard.Now("scailfin.store.queue") == 0, "it is written");
    }

    [Fact]
    public void Instruments_are_named_by_the_conventions_and_described()
    {
        using var heard = new Heard();
        Assert.Equal(18, heard.Instruments.Count);
        foreach (Instrument instrument in heard.Instruments)
        {
            Assert.Matches(@"\Ascailfin(\.[a-z_]+)+\z", instrument.Name);
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
            Assert.Matches(@"\A(s|\{[a-z]+\})?\z", instrument.Unit ?? "");
            Assert.Equal(instrument.Name.EndsWith(".duration", StringComparison.Ordinal), instrument.Unit == "s");
        }
    }
}
