using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>A schedd that goes away and comes back, under jobs that wait, run and are done.</summary>
public sealed class RestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DaemonEnd.Graceful)]
    [InlineData(DaemonEnd.Fast)]
    [InlineData(DaemonEnd.Kill)]
    public async Task Each_job_is_executed_once_and_ends_with_its_reason(DaemonEnd how)
    {
        await using HpcContainer site = Pool.NewSite("");
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(site, StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        Attempt done = await HTCondorBench.SubmitAsync(manager, bench.Marking("echo done >out"));
        await Eventually.TrueAsync(() => File.Exists(bench.PlaceOf(done).Files.Receipt), "the first job is done");
        Attempt running = await HTCondorBench.SubmitAsync(manager, bench.Marking($"until [ -e '{bench.Marks}/go' ]; do sleep 0.1; done"));
        await Eventually.TrueAsync(() => bench.Runs(running) == 1, "the second job runs");
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        Attempt waiting = await HTCondorBench.SubmitAsync(bench.NewManager(), bench.Marking("true"));

        // Committed, its input not spooled yet.
        bench.Options = bench.Options with { Spool = true, Requirements = null };
        var time = new ShiftedTime();
        HTCondorJobManager spooling = bench.NewManager(
            new LosingTransports(bench.Transports, firstSeed: 0) { Loses = false, SpoolingsToFail = 1 }, time);
        Attempt unspooled = await HTCondorBench.SubmitAsync(spooling, bench.Marking("true"));

        await site.RestartDaemonAsync("schedd", how);
        time.Shift = bench.Options.CallDeadline;

        await File.WriteAllTextAsync(Path.Combine(bench.Marks, "go"), "", Cancellation);
        (await bench.RunAsync("condor_qedit", waiting.Handle!.Id, "Requirements", "(NumJobStarts ?: 0) == 0")).OutputOfSuccess();
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, done)).Class);
        Assert.Equal("done\n", await File.ReadAllTextAsync(bench.InWorkspace("out"), Cancellation));
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, waiting)).Class);
        AttemptEnd end = await HTCondorBench.EndAsync(manager, running);
        Assert.True(
            end.Class == EndClass.Succeeded || end.Evidence.Text.Contains("started once", StringComparison.Ordinal), end.Evidence.Text);
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(spooling, unspooled)).Class);
        Assert.Equal([1, 1, 1, 1], new[] { done, running, waiting, unspooled }.Select(bench.Runs));
    }

    [Fact]
    public async Task A_schedd_that_does_not_answer_is_unavailable_and_nothing_is_concluded_from_it()
    {
        await using HpcContainer site = Pool.NewSite("");
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(site, StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        // Only for calls that hang.
        bench.Options = bench.Options with { CallDeadline = TimeSpan.FromSeconds(2) };
        HTCondorJobManager hasty = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Marking("true"));
        await site.FreezeAsync("schedd");
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => hasty.ObserveAsync([attempt], Cancellation));
        Assert.NotNull(await hasty.CheckHealthAsync(Cancellation) ?? await ProblemOfQueryAsync(hasty, attempt));
        await site.ThawAsync("schedd");
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, attempt)).Class);
        Assert.Equal(1, bench.Runs(attempt));
    }

    private static async Task<string?> ProblemOfQueryAsync(HTCondorJobManager manager, Attempt attempt)
    {
        try
        {
            await manager.ExplainAsync(attempt, Cancellation);
            return null;
        }
        catch (JobManagerUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
