using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>Submissions whose answer is lost, or whose worker or service is killed around the commit: one queue entry, one execution.</summary>
public sealed class LostAnswerTests(Pool pool) : IAsyncLifetime
{
    private const int Seeds = 20;

    private HTCondorBench? _bench;

    private HTCondorBench Bench => _bench!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        _bench.Options = _bench.Options with { CallDeadline = TimeSpan.FromSeconds(5) };
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_is_lost_before_or_after_the_commit_makes_no_second_entry()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Attempt[] attempts = [.. Enumerable.Range(0, Seeds).Select(_ => Specs.NewAttempt(Bench.Marking("true")))];
        var tasks = attempts.Select(async (attempt, number) =>
        {
            LosingTransports losing = new(Bench.Transports, seed + number);
            HTCondorJobManager manager = Bench.NewManager(losing);
            Assert.IsType<Submission.Unknown>(await manager.SubmitAsync(attempt, Cancellation));
            losing.Loses = false;

            // The service may have been restarted meanwhile: nothing is remembered but the row.
            HTCondorJobManager next = number % 2 == 0 ? manager : Bench.NewManager();
            await DriveAsync(next, attempt);
            Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(next, attempt)).Class);
        });
        await Task.WhenAll(tasks);
        foreach (Attempt attempt in attempts)
            Assert.Equal((1, 1), (await Bench.EntriesAsync(attempt), Bench.Runs(attempt)));
    }

    [Fact]
    public async Task A_submission_whose_input_was_not_spooled_is_finished()
    {
        Bench.Options = Bench.Options with { Spool = true, CallDeadline = TimeSpan.FromSeconds(3) };
        HTCondorJobManager manager = Bench.NewManager(new LosingTransports(Bench.Transports, seed: 0) { Loses = false, SpoolingsToFail = 1 });
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, Bench.Marking("true"));
        Assert.Contains("input files are being sent", (await HTCondorBench.ObserveAsync(manager, attempt)).Reason, StringComparison.Ordinal);
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
        Assert.Equal((1, 1), (await Bench.EntriesAsync(attempt), Bench.Runs(attempt)));
    }

    [Fact]
    public async Task A_worker_that_is_killed_around_the_commit_makes_no_second_entry()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using HpcContainer site = Pool.NewSite("");
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(site, StagingMode.Transfer);
        bench.Options = bench.Options with { CallDeadline = TimeSpan.FromSeconds(5) };
        HTCondorJobManager manager = bench.NewManager();
        var random = new Random(seed);
        Attempt[] attempts = [.. Enumerable.Range(0, Seeds).Select(_ => Specs.NewAttempt(bench.Marking("true")))];
        using var enough = new CancellationTokenSource();
        Task killer = KillWorkersAsync(site, random, enough.Token);
        foreach (Attempt attempt in attempts)
        {
            try
            {
                await manager.SubmitAsync(attempt, Cancellation);
            }
            catch (JobManagerUnavailableException)
            {
                // It never reached the schedd, and is submitted again below.
            }
        }

        await enough.CancelAsync();
        await killer;
        await Task.WhenAll(attempts.Select(attempt => DriveAsync(manager, attempt)));
        foreach (Attempt attempt in attempts)
        {
            Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
            Assert.Equal((1, 1), (await bench.EntriesAsync(attempt), bench.Runs(attempt)));
        }
    }

    private static async Task KillWorkersAsync(HpcContainer site, Random random, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await site.ExecAsync("root", "pkill", "-KILL", "-f", "[h]tcondor-net-worker.dll");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400, 1500)), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>As the service does it: asks until it is certain, then submits again.</summary>
    private static Task DriveAsync(HTCondorJobManager manager, Attempt attempt) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return Assert.Single(await manager.FindAsync([attempt], Cancellation)) switch
                {
                    Finding.Found => true,
                    Finding.CertainlyNot => await manager.SubmitAsync(attempt, Cancellation) is Submission.Accepted,
                    _ => false,
                };
            }
            catch (JobManagerUnavailableException)
            {
                return false;
            }
        },
        "the attempt is at the schedd");
}
