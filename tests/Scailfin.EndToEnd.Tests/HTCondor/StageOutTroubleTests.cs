using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>
/// Outputs on their way to a submit machine whose disk is full for a moment or for good, or whose connection is cut or slow, in every way
/// in which files travel: a job is finished with all that its step made, or it is failed and says why.
/// </summary>
public sealed class StageOutTroubleTests(StageOutTroubleTests.Site site) : IClassFixture<StageOutTroubleTests.Site>
{
    private const string Full = "no space left";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shared")]
    [InlineData("transfer")]
    [InlineData("spool")]
    [InlineData("chirp")]
    public async Task A_disk_that_is_full_for_a_moment_costs_no_output(string backend)
    {
        await using SlowJob job = await site.BeginAsync(backend);

        // Files that are sent take their place twice, as an archive and unpacked: there is room for one.
        await job.FillAsync(backend == "transfer" ? SlowJob.OutputBytes * 3 / 2 : 0);
        await job.GoOnAsync();
        await (backend switch
        {
            "shared" => job.UntilAsync($"[ -e {job.Mark("full")} ]", "the step finds the disk full"),
            "chirp" => job.UntilAsync($"ls {job.Workspace}/.scailfin/*/.output.tar.*", "the archive is sent"),
            _ => job.UntilExplainedAsync(Full),
        });
        await job.EmptyAsync();
        await job.AssertFinishedAsync();
    }

    [Theory]
    [InlineData("transfer")]
    [InlineData("spool")]
    [InlineData("chirp")]
    public async Task A_disk_that_stays_full_is_a_failed_stage_out_with_its_words_and_the_log_that_there_is(string backend)
    {
        await using SlowJob job = await site.BeginAsync(backend);
        await job.FillAsync();
        await job.GoOnAsync();
        JobEnd end = await job.EndAsync();
        Assert.True(end is { Status: "failed", Phase: "stage_out" }, end.ToString());
        Assert.Contains(Full, end.Text, StringComparison.OrdinalIgnoreCase);
        end.AssertLog(backend == "spool" ? "" : "begun\n");
    }

    [Fact]
    public async Task Outputs_that_came_back_and_find_no_room_in_the_workspace_are_a_failed_stage_out_with_the_whole_log()
    {
        await using SlowJob job = await site.BeginAsync("transfer");
        await job.FillAsync(SlowJob.OutputBytes * 3 / 2);
        await job.GoOnAsync();
        JobEnd end = await job.EndAsync();
        Assert.True(end is { Status: "failed", Phase: "stage_out" }, end.ToString());
        Assert.Contains(Full, end.Text, StringComparison.OrdinalIgnoreCase);
        end.AssertLog("begun\nmade\n");
    }

    [Fact]
    public async Task A_full_workspace_of_one_job_keeps_no_other_from_its_end()
    {
        await using SlowJob full = await site.BeginAsync("spool");
        await using SlowJob other = await site.BeginAsync("spool");
        await full.FillAsync();
        await full.GoOnAsync();
        await full.UntilExplainedAsync(Full);
        await other.GoOnAsync();
        await other.AssertFinishedAsync();
        Assert.DoesNotContain("has not answered", await full.ExplainAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_without_room_for_the_outputs_is_a_failed_stage_out_with_the_log_that_there_is()
    {
        await using SlowJob job = await site.BeginAsync("spool");
        await site.FillSpoolAsync();
        try
        {
            await job.GoOnAsync();
            JobEnd end = await job.EndAsync();
            Assert.True(end is { Status: "failed", Phase: "stage_out" }, end.ToString());
            // The schedd does not pass on why its spool took no more.
            Assert.True(end.Text.Contains("its outputs could not be retrieved", StringComparison.Ordinal), end.Text);
            end.AssertLog("begun\nmade\n");
        }
        finally
        {
            await site.EmptySpoolAsync();
        }
    }

    [Fact]
    public async Task A_step_that_fills_a_shared_workspace_fails_with_its_own_code_and_the_log_that_there_is()
    {
        await using SlowJob job = await site.BeginAsync("shared", retries: false);
        await job.FillAsync();
        await job.GoOnAsync();
        JobEnd end = await job.EndAsync();
        Assert.True(end is { Status: "failed", ExitCode: 1 }, end.ToString());
        end.AssertLog("begun\n");
    }

    [Fact]
    public async Task A_step_whose_shared_workspace_vanishes_under_it_is_never_finished()
    {
        await using SlowJob job = await site.BeginAsync("shared");
        await job.DetachAsync();
        await job.GoOnAsync();
        JobEnd end = await job.EndAsync();
        Assert.True(end.Status == "failed", end.ToString());
        Assert.Contains("left no receipt", end.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transfer")]
    [InlineData("spool")]
    [InlineData("chirp")]
    public async Task A_connection_that_is_cut_before_the_outputs_came_back_is_a_failed_job(string backend)
    {
        await using SlowJob job = await site.BeginAsync(backend);
        await job.SignalShadowAsync("STOP");
        await job.GoOnAsync();
        await job.UntilAsync($"[ -e {job.Mark("sum")} ]", "the step ends");
        await job.SignalShadowAsync("KILL");
        JobEnd end = await job.EndAsync();
        Assert.True(end.Status == "failed", end.ToString());
        Assert.Contains("evicted", end.Text, StringComparison.Ordinal);
        end.AssertLog(backend == "spool" ? "" : "begun\n");
    }

    [Theory]
    [InlineData("transfer")]
    [InlineData("spool")]
    [InlineData("chirp")]
    public async Task A_submit_machine_that_pauses_while_outputs_come_back_costs_none(string backend)
    {
        await using SlowJob job = await site.BeginAsync(backend);
        await job.SignalShadowAsync("STOP");
        await job.GoOnAsync();
        await job.UntilAsync($"[ -e {job.Mark("sum")} ]", "the step ends");
        await job.SignalShadowAsync("CONT");
        await job.AssertFinishedAsync();
    }

    /// <summary>A pool with a shadow for each job, and a service of alice with a backend for each way in which files travel.</summary>
    public sealed class Site : IAsyncLifetime
    {
        private SiteFolder? _folder;
        private SiteService? _service;
        private int _jobs;

        private HpcContainer Container { get; } = new()
        {
            Options = new HpcOptions
            {
                CondorConfiguration = "SHADOW_WORKLIFE = 0\n",
                SpoolMegabytes = 16,
                ReadOnlyMounts = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker],
            },
        };

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        internal async Task<SlowJob> BeginAsync(string backend, bool retries = true)
        {
            SiteService service = _service ??= await StartAsync();
            return await SlowJob.BeginAsync(service, _folder!, backend, $"{backend}-{++_jobs}", retries);
        }

        /// <summary>The schedd itself needs a little: its queue is there, too.</summary>
        internal async Task FillSpoolAsync()
        {
            await Container.FillSpoolAsync();
            (await Container.ExecAsync("root", "truncate", "-s", "-400K", "/var/spool/condor/filler")).OutputOfSuccess();
        }

        internal Task EmptySpoolAsync() => Container.EmptySpoolAsync();

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
            await Container.DisposeAsync();
        }

        private async Task<SiteService> StartAsync()
        {
            await Container.StartPoolAsync();
            string pool = $"kind: htcondor, runtimes: [none], transport: native, worker: \"{PublishedProgram.CondorWorker}\", poll_s: 1, "
                + "memory_mb: 32, disk_mb: 8, stop_grace_s: 2, collect_bound_s: 10";
            _folder = await SiteFolder.MakeAsync(Container, "alice", $$"""
                backends:
                  shared: { {{pool}}, staging: shared }
                  transfer: { {{pool}}, staging: transfer }
                  spool: { {{pool}}, staging: transfer, spool: true }
                  chirp: { {{pool}}, staging: chirp }
                """);
            return await SiteService.StartAsync(_folder);
        }
    }
}
