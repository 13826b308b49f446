using System.Text;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>What a user of a pool sees.</summary>
public sealed class PoolTests(Pool pool)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StagingMode.Shared, false)]
    [InlineData(StagingMode.Transfer, false)]
    [InlineData(StagingMode.Chirp, false)]
    [InlineData(StagingMode.Transfer, true)]
    public async Task Files_and_folders_travel_there_and_back(StagingMode staging, bool spool)
    {
        await using HTCondorBench bench = await BenchAsync(staging, options => options with { Spool = spool });
        Directory.CreateDirectory(bench.InWorkspace("deep/er"));
        await File.WriteAllTextAsync(bench.InWorkspace("deep/er/in"), "input\n", Cancellation);
        await File.WriteAllTextAsync(bench.InWorkspace("changes"), "before\n", Cancellation);
        (await pool.Site.ExecAsync("root", "chown", "-R", "alice", bench.Workspace)).OutputOfSuccess();
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(
            manager, bench.Spec("mkdir -p a/b; cp deep/er/in a/b/out; echo after >>changes; ln -s b/out a/link; echo said"));
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.True(end.Class == EndClass.Succeeded, end.Evidence.Text);
        Assert.Equal("input\n", await File.ReadAllTextAsync(bench.InWorkspace("a/link"), Cancellation));
        Assert.Equal("before\nafter\n", await File.ReadAllTextAsync(bench.InWorkspace("changes"), Cancellation));
        Assert.Equal("said\n", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
        Assert.Equal("alice", (await bench.RunAsync("stat", "-c", "%U", bench.InWorkspace("a/b/out"))).OutputOfSuccess().Trim());
    }

    [Fact]
    public async Task Of_two_steps_that_change_one_file_the_second_fails_and_says_which()
    {
        await using HTCondorBench bench = await BenchAsync(StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        string wait = $"until [ -e '{bench.Marks}/go' ]; do sleep 0.1; done";
        Attempt first = await HTCondorBench.SubmitAsync(manager, bench.Spec("echo one >same"));
        Attempt second = await HTCondorBench.SubmitAsync(manager, bench.Spec($"{wait}; echo second >same"));
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, first)).Class);
        await File.WriteAllTextAsync(Path.Combine(bench.Marks, "go"), "", Cancellation);
        await HTCondorBench.PhaseAsync(manager, second, ObservedPhase.Ended);
        AttemptEnd observed = (await HTCondorBench.ObserveAsync(manager, second)).End!;
        Collected collected = await manager.CollectAsync(second, observed, Cancellation);
        AttemptEnd end = collected.Verdict!;
        Assert.Equal((EndClass.Infrastructure, "stage_out"), (end.Class, end.Evidence.FailedPhase));
        Assert.Contains("'same'", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Equal("one\n", await File.ReadAllTextAsync(bench.InWorkspace("same"), Cancellation));
        Assert.Contains("'same' was changed by another program", collected.Logs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StagingMode.Shared)]
    [InlineData(StagingMode.Transfer)]
    [InlineData(StagingMode.Chirp)]
    public async Task The_log_can_be_followed_while_the_step_runs(StagingMode staging)
    {
        await using HTCondorBench bench = await BenchAsync(staging);
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(
            manager, bench.Spec($"echo first; until [ -e '{bench.Marks}/go' ]; do sleep 0.1; done; echo last"));
        await Eventually.TrueAsync(
            async () => await LogAsync(manager, attempt, 0) == "first\n", "the first line is there while the step runs");
        await File.WriteAllTextAsync(Path.Combine(bench.Marks, "go"), "", Cancellation);
        await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal("last\n", await LogAsync(manager, attempt, 6));
    }

    [Fact]
    public async Task A_scatter_becomes_few_transactions_and_leaves_nothing_behind()
    {
        const int Steps = 40;
        await using HTCondorBench bench = await BenchAsync(StagingMode.Transfer, options => options with { SubmitsPerSecond = 1 });
        HTCondorJobManager manager = bench.NewManager();
        JobSpec spec = bench.Marking("true");
        Attempt[] attempts = await Task.WhenAll(Enumerable.Range(0, Steps).Select(_ => HTCondorBench.SubmitAsync(manager, spec)));
        Assert.InRange(attempts.Select(attempt => attempt.Handle!.Id.Split('.')[0]).Distinct().Count(), 1, 5);
        Observation[] seen = await HTCondorBench.EndsAsync(manager, attempts);
        Assert.All(seen, one => Assert.Equal(EndClass.Succeeded, one.End!.Class));
        Assert.All(attempts, attempt => Assert.Equal(1, bench.Runs(attempt)));
        await Task.WhenAll(attempts.Select(attempt => manager.ReleaseAsync(attempt, Cancellation)));
        Assert.False(Directory.Exists(Path.Combine(bench.Workspace, AttemptPlace.Folder)));
        await Eventually.TrueAsync(
            async () =>
                (await bench.RunAsync("condor_q", "-constraint", $"ScailfinWorkflow == \"{spec.WorkflowUuid}\"", "-af", "ClusterId"))
                    .OutputOfSuccess()
                    .Trim().Length == 0,
            "the queue has forgotten them");
    }

    [Fact]
    public async Task The_end_of_a_job_is_hinted_at_without_being_asked_for()
    {
        await using HTCondorBench bench = await BenchAsync(StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        var hinted = new TaskCompletionSource<JobId>(TaskCreationOptions.RunContinuationsAsynchronously);
        manager.Changed = job => hinted.TrySetResult(job);
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Spec("true"));
        Assert.Equal(attempt.JobId, await Eventually.EndAsync(hinted.Task, "the hint"));
    }

    /// <summary>
    /// A wrapper that claims with condor_chirp makes a file where others make a directory: a stop must not stumble over it.
    /// </summary>
    [Theory]
    [InlineData(StagingMode.Shared)]
    [InlineData(StagingMode.Transfer)]
    [InlineData(StagingMode.Chirp)]
    public async Task A_step_that_has_begun_is_stopped_whatever_way_its_files_travel(StagingMode staging)
    {
        await using HTCondorBench bench = await BenchAsync(staging);
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Marking("sleep 1000"));
        await Eventually.TrueAsync(() => bench.Runs(attempt) == 1, "the step begins", () => FilesPicture.Of(bench.Marks));
        await manager.StopAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await HTCondorBench.EndAsync(manager, attempt)).Class);
    }

    [Fact]
    public async Task Neither_command_nor_environment_stands_in_the_queue_or_in_a_file_that_others_can_read()
    {
        await using HTCondorBench bench = await BenchAsync(StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(
            manager, bench.Spec("sleep 1000 # s3cret-command") with { Environment = [new("PASSWORD", "s3cret-value")] });
        await HTCondorBench.PhaseAsync(manager, attempt, ObservedPhase.Running);
        Assert.DoesNotContain(
            "s3cret", (await bench.RunAsync("condor_q", "-l", attempt.Handle!.Id)).OutputOfSuccess(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await pool.Site.ExecAsync("bob", "ls", bench.PlaceOf(attempt).Directory)).ExitCode);
        await manager.StopAsync(attempt, Cancellation);
    }

    [Fact]
    public async Task The_pool_is_well_and_the_native_worker_or_the_tools_are_chosen_by_probing()
    {
        await using HTCondorBench bench = await BenchAsync(
            StagingMode.Transfer,
            options => options with
            {
                Transport = TransportChoice.Automatic,
                Worker = "/nowhere/htcondor-net-worker",
                Prefix = pool.Site.CommandPrefix("alice"),
            });
        HTCondorJobManager manager = bench.NewManager();
        Assert.Null(await manager.CheckHealthAsync(Cancellation));
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Spec("true"));
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
    }

    private static async Task<string> LogAsync(HTCondorJobManager manager, Attempt attempt, long offset) =>
        Encoding.UTF8.GetString((await manager.ReadLogAsync(attempt, offset, 1000, Cancellation)).Span);

    private async Task<HTCondorBench> BenchAsync(StagingMode staging, Func<HTCondorOptions, HTCondorOptions>? change = null)
    {
        HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, staging);
        bench.Options = change?.Invoke(bench.Options) ?? bench.Options;
        return bench;
    }
}
