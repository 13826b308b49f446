using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>
/// Submissions whose answer is lost, or whose worker or service is killed around the commit: one queue entry, one execution.
/// </summary>
public sealed class SubmissionKillTests(Pool pool) : IAsyncLifetime
{
    /// <summary>One attempt for each.</summary>
    private static readonly int Seeds = Number("SCAILFIN_FAULT_SEEDS", 20);

    private static readonly int FirstSeed = Number("SCAILFIN_FAULT_FIRST_SEED", 0);

    private HTCondorBench? _bench;

    private HTCondorBench Bench => _bench!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_is_lost_before_or_after_the_commit_makes_no_second_entry()
    {
        Attempt[] attempts = [.. Enumerable.Range(0, Seeds).Select(_ => Specs.NewAttempt(Bench.Marking("true")))];
        LosingTransports losing = new(Bench.Transports, FirstSeed);
        var time = new ShiftedTime();
        HTCondorJobManager manager = Bench.NewManager(losing, time);
        foreach (Attempt attempt in attempts)
            Assert.IsType<Submission.Unknown>(await manager.SubmitAsync(attempt, Cancellation));
        losing.Loses = false;

        // For half of them the service was restarted meanwhile: nothing is remembered but the row.
        HTCondorJobManager next = Bench.NewManager(time: time);
        await Task.WhenAll(DriveAsync(manager, time, attempts[..(Seeds / 2)]), DriveAsync(next, time, attempts[(Seeds / 2)..]));
        await AssertEachRanOnceAsync(Bench, next, attempts);
    }

    [Fact]
    public async Task A_submission_whose_input_was_not_spooled_is_finished()
    {
        Bench.Options = Bench.Options with { Spool = true };
        var time = new ShiftedTime();
        HTCondorJobManager manager = Bench.NewManager(
            new LosingTransports(Bench.Transports, firstSeed: 0) { Loses = false, SpoolingsToFail = 1 }, time);
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        Assert.Contains(
            "input files are being sent", (await HTCondorBench.ObserveAsync(manager, attempt)).Reason, StringComparison.Ordinal);
        time.Shift = Bench.Options.CallDeadline;
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
        Assert.Equal((1, 1), (await Bench.EntriesAsync(attempt), Bench.Runs(attempt)));
    }

    [Fact]
    public async Task A_worker_that_is_killed_around_the_commit_makes_no_second_entry()
    {
        await using HpcContainer site = Pool.NewSite("");
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(site, StagingMode.Transfer);
        var time = new ShiftedTime();
        HTCondorJobManager manager = bench.NewManager(time: time);
        var attempts = new List<Attempt>();
        using var enough = new CancellationTokenSource();
        int killed = 0;
        Task killer = KillWorkersAsync(site, () => Interlocked.Increment(ref killed), enough.Token);

        // A worker may be quick enough to be done before the first kill.
        while (attempts.Count < Seeds || (Volatile.Read(ref killed) == 0 && attempts.Count < 50 * Seeds))
        {
            attempts.Add(Specs.NewAttempt(bench.Marking("true")));
            try
            {
                await manager.SubmitAsync(attempts[^1], Cancellation);
            }
            catch (JobManagerUnavailableException)
            {
                // It never reached the schedd, and is submitted again below.
            }
        }

        await enough.CancelAsync();
        await killer;
        Assert.NotEqual(0, killed);
        await DriveAsync(manager, time, [.. attempts]);
        await AssertEachRanOnceAsync(bench, manager, [.. attempts]);
    }

    private static async Task AssertEachRanOnceAsync(HTCondorBench bench, HTCondorJobManager manager, Attempt[] attempts)
    {
        Observation[] seen = await HTCondorBench.EndsAsync(manager, attempts);
        Assert.All(seen, one => Assert.Equal(EndClass.Succeeded, one.End!.Class));

        // A second entry would have been removed when it was seen: the history has it then.
        ILookup<string, string> entries =
            (await JobsAsync(bench, "condor_q")).Concat(await JobsAsync(bench, "condor_history")).ToLookup(job => job);
        for (int at = 0; at < attempts.Length; at++)
            Assert.Equal(
                (FirstSeed + at, 1, 1), (FirstSeed + at, entries[attempts[at].JobId.ToString()].Count(), bench.Runs(attempts[at])));
    }

    private static async Task<string[]> JobsAsync(HTCondorBench bench, string tool) =>
        (await bench.RunAsync(tool, "-af", "ScailfinJobId")).OutputOfSuccess().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task KillWorkersAsync(HpcContainer site, Action killed, CancellationToken enough)
    {
        for (int round = 0; !enough.IsCancellationRequested; round++)
        {
            if ((await site.ExecAsync("root", "pkill", "-KILL", "-f", "[h]tcondor-net-worker")).ExitCode == 0)
                killed();
            await Task.Delay(TimeSpan.FromMilliseconds(new Random(FirstSeed + round).Next(100, 1500)), TimeProvider.System, Cancellation);
        }
    }

    private static int Number(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : byDefault;

    /// <summary>As the service does it: asks until it is certain, then submits again.</summary>
    /// <remarks>
    /// The time that an absence takes to be certain passes at once: every submission has ended, and a schedd that answers a question has
    /// done with every connection that it was serving.
    /// </remarks>
    private static async Task DriveAsync(HTCondorJobManager manager, ShiftedTime time, Attempt[] attempts)
    {
        List<Attempt> open = [.. attempts];
        IReadOnlyList<Finding> findings = [];
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    findings = await manager.FindAsync(open, Cancellation);
                    await Task.WhenAll(open.Zip(findings).Where(one => one.Second is Finding.CertainlyNot)
                        .Select(one => manager.SubmitAsync(one.First, Cancellation)));
                    open = [.. open.Zip(findings).Where(one => one.Second is not Finding.Found).Select(one => one.First)];
                    time.Shift += TimeSpan.FromMinutes(1);
                }
                catch (JobManagerUnavailableException)
                {
                    // Asked again.
                }

                return open.Count == 0;
            },
            "the attempts are at the schedd",
            () => string.Join(", ", findings.CountBy(one => one.GetType().Name)));
    }
}
