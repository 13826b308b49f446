using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>What differs between HTCondor's releases is looked at on the newest one, too (25.14).</summary>
public sealed class NewestPoolTests(Pool pool)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StagingMode.Transfer, false)]
    [InlineData(StagingMode.Transfer, true)]
    [InlineData(StagingMode.Chirp, false)]
    public async Task Files_travel_there_and_back_and_a_step_that_prints_nothing_fails_with_its_own_code(StagingMode staging, bool spool)
    {
        await using HTCondorBench bench = await BenchAsync(staging, spool);
        HTCondorJobManager manager = bench.NewManager();
        await File.WriteAllTextAsync(bench.InWorkspace("in"), "data", Cancellation);
        Attempt good = await HTCondorBench.SubmitAsync(manager, bench.Marking("mkdir d && cat in in >d/out && echo well done"));
        Attempt silent = await HTCondorBench.SubmitAsync(manager, bench.Marking("exit 7"));
        AttemptEnd end = await HTCondorBench.EndAsync(manager, good);
        Assert.True(end.Class == EndClass.Succeeded, end.Evidence.Text);
        Assert.Equal("datadata", await File.ReadAllTextAsync(bench.InWorkspace("d/out"), Cancellation));
        Assert.Equal("well done\n", (await manager.CollectAsync(good, end: null, Cancellation)).Logs);
        AttemptEnd failed = await HTCondorBench.EndAsync(manager, silent);
        Assert.True((failed.Class, failed.Evidence.ExitCode) == (EndClass.Step, 7), failed.Evidence.Text);
        Assert.Equal((1, 1), (bench.Runs(good), bench.Runs(silent)));
    }

    [Theory]
    [InlineData(StagingMode.Transfer)]
    [InlineData(StagingMode.Chirp)]
    public async Task A_step_that_runs_is_stopped(StagingMode staging)
    {
        await using HTCondorBench bench = await BenchAsync(staging, spool: false);
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Marking("sleep 1000"));
        await Eventually.TrueAsync(() => bench.Runs(attempt) == 1, "the step begins", () => FilesPicture.Of(bench.Marks));
        await manager.StopAsync(attempt, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await HTCondorBench.EndAsync(manager, attempt)).Class);
    }

    private async Task<HTCondorBench> BenchAsync(StagingMode staging, bool spool)
    {
        HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Newest, staging);
        bench.Options = bench.Options with { Spool = spool };
        return bench;
    }
}
