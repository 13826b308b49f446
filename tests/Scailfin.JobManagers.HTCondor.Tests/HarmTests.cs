using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>What a whole pool does to its jobs; one pool for all of it, one after the other.</summary>
public sealed class HarmTests(HarmTests.HarmedPool pool) : IClassFixture<HarmTests.HarmedPool>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_step_that_takes_more_memory_than_the_pool_allows_is_a_limit_and_says_so()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(
            manager, bench.Marking("x=$(head -c 300000000 /dev/zero | tr '\\0' x); sleep 1000"));
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Limit, true), (end.Class, end.StepMayHaveRun));
        Assert.StartsWith("It used more memory than it asked for. HTCondor says:", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Equal(1, bench.Runs(attempt));
    }

    [Fact]
    public async Task A_job_whose_history_was_rotated_away_ends_by_its_receipt_and_without_one_nothing_is_guessed()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        Attempt done = await HTCondorBench.SubmitAsync(manager, bench.Marking("echo out >out; exit 3"));
        await Eventually.TrueAsync(() => File.Exists(bench.PlaceOf(done).Files.Receipt), "the receipt is there");
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        Attempt removed = await HTCondorBench.SubmitAsync(bench.NewManager(), bench.Marking("true"));

        // While nobody looks, both leave the queue, and the history is rotated past them.
        await Eventually.TrueAsync(
            async () => (await bench.RunAsync("condor_qedit", done.Handle!.Id, "LeaveJobInQueue", "false")).ExitCode == 0,
            "the job is let go");
        (await bench.RunAsync("condor_rm", removed.Handle!.Id)).OutputOfSuccess();
        await Eventually.TrueAsync(
            async () => await bench.EntriesAsync(done) + await bench.EntriesAsync(removed) == 0, "the queue has forgotten both");
        (await pool.Site.ExecAsync("root", "find", "/var/spool/condor", "-maxdepth", "1", "-name", "history*", "-delete"))
            .OutputOfSuccess();

        AttemptEnd end = await HTCondorBench.EndAsync(bench.NewManager(), done);
        Assert.Equal((EndClass.Step, 3), (end.Class, end.Evidence.ExitCode));
        Assert.True(File.Exists(bench.InWorkspace("out")));
        Assert.Equal(ObservedPhase.NotKnown, (await HTCondorBench.ObserveAsync(manager, removed)).Phase);
        Assert.Equal([1, 0], new[] { done, removed }.Select(bench.Runs));
    }

    [Fact]
    public async Task A_schedd_that_is_away_for_two_minutes_costs_no_job()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        var time = new ShiftedTime();
        HTCondorJobManager manager = bench.NewManager(time: time);
        Attempt running = await HTCondorBench.SubmitAsync(manager, bench.Marking($"until [ -e '{bench.Marks}/go' ]; do sleep 0.1; done"));
        await Eventually.TrueAsync(() => bench.Runs(running) == 1, "the step begins");

        (await pool.Site.ExecAsync("root", "condor_off", "-fast", "-daemon", "schedd")).OutputOfSuccess();
        await Eventually.TrueAsync(async () => await IsAwayAsync(manager, running), "the schedd is away");
        Attempt late = Specs.NewAttempt(bench.Marking("true"));
        await SubmitIfPossibleAsync(manager, late);
        await File.WriteAllTextAsync(Path.Combine(bench.Marks, "go"), "", Cancellation);
        time.Shift += TimeSpan.FromMinutes(2);
        Assert.True(await IsAwayAsync(manager, running), "nothing is concluded from its absence");
        (await pool.Site.ExecAsync("root", "condor_on", "-daemon", "schedd")).OutputOfSuccess();

        await Eventually.TrueAsync(
            () =>
            {
                // Its submission has ended, whatever came of it: nothing arrives later.
                time.Shift += TimeSpan.FromMinutes(1);
                return IsSubmittedAsync(manager, late);
            },
            "the late job is submitted");
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, late)).Class);
        AttemptEnd end = await HTCondorBench.EndAsync(manager, running);
        Assert.True(
            end.Class == EndClass.Succeeded || end.Evidence.Text.Contains("started once", StringComparison.Ordinal), end.Evidence.Text);
        Assert.Equal([1, 1], new[] { running, late }.Select(bench.Runs));
    }

    private static async Task<bool> IsAwayAsync(HTCondorJobManager manager, Attempt attempt)
    {
        try
        {
            await HTCondorBench.ObserveAsync(manager, attempt);
            return false;
        }
        catch (JobManagerUnavailableException)
        {
            return true;
        }
    }

    private static async Task SubmitIfPossibleAsync(HTCondorJobManager manager, Attempt attempt)
    {
        try
        {
            Assert.IsNotType<Submission.Rejected>(await manager.SubmitAsync(attempt, Cancellation));
        }
        catch (JobManagerUnavailableException)
        {
            // Later.
        }
    }

    /// <summary>As the service does it: asks, and submits again only what is certainly not there.</summary>
    private static async Task<bool> IsSubmittedAsync(HTCondorJobManager manager, Attempt attempt)
    {
        try
        {
            Finding finding = Assert.Single(await manager.FindAsync([attempt], Cancellation));
            if (finding is Finding.CertainlyNot)
                await SubmitIfPossibleAsync(manager, attempt);
            return finding is Finding.Found;
        }
        catch (JobManagerUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Holds jobs that take too much memory, by HTCondor's own policy.</summary>
    public sealed class HarmedPool : IAsyncLifetime
    {
        public HpcContainer Site { get; } =
            Pool.NewSite("use POLICY: HOLD_IF_MEMORY_EXCEEDED\nPOLLING_INTERVAL = 1\nPID_SNAPSHOT_INTERVAL = 1");

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => Site.DisposeAsync();
    }
}
