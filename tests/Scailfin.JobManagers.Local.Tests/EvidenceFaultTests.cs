using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Faults;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>
/// Every call on a file of an attempt or of a process fails with every error: what cannot be read is not taken for missing, and what could
/// not be written is not taken for not having happened. The injector makes the list of the places.
/// </summary>
public sealed class EvidenceFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_look_that_fails_anywhere_is_no_verdict() => UnderFaultsAsync(async (bench, injector) =>
    {
        Attempt runs = await bench.SubmitAsync("echo begun >&2; touch begun; until [ -e go ]; do sleep 0.05; done; echo after");
        await bench.FileAsync("begun");
        Attempt killed = await bench.SubmitAsync("touch killed; sleep 1000");
        await bench.FileAsync("killed");
        ProcessTable.KillAttempt(killed.Identity);
        Attempt[] attempts =
        [
            runs,
            runs with { Handle = null },
            killed,
            await EndedAsync(bench, "echo ended"),
            await EndedAsync(bench, "exit 3"),
        ];
        LocalJobManager manager = bench.NewManager();
        foreach (Attempt attempt in attempts)
        {
            Observation right = await LookAsync(manager, attempt);
            await FaultMatrix.EachAsync(injector, () => LookAsync(manager, attempt), (seen, where) => Assert.True(
                seen.Phase == ObservedPhase.CannotLook || Picture(seen) == Picture(right),
                $"{where}: {Picture(seen)}, not {Picture(right)}"));
            await FaultMatrix.EachAsync(injector, () => FindAsync(manager, attempt), (found, where) => Assert.True(
                found is Finding.Found or Finding.CannotTell, $"{where}: {found}"));
            Assert.Equal(Picture(right), Picture(await LookAsync(manager, attempt)));
        }

        await File.WriteAllTextAsync(bench.InWorkspace("go"), "", Cancellation);
        Assert.Equal(EndClass.Succeeded, (await bench.EndAsync(runs)).Class);
    });

    [Fact]
    public Task A_log_that_cannot_be_read_now_is_not_an_empty_one() => UnderFaultsAsync(async (bench, injector) =>
    {
        Attempt ended = await EndedAsync(bench, "echo ended");
        LocalJobManager manager = bench.NewManager();
        await FaultMatrix.EachAsync(
            injector,
            async () => (await manager.CollectAsync(ended, end: null, Cancellation)).Logs,
            (logs, where) => Assert.True(logs == "ended\n", $"{where}: '{logs}'"));
        await FaultMatrix.EachAsync(
            injector,
            async () => (await manager.ReadLogAsync(ended, 0, 100, Cancellation)).Length,
            (length, where) => Assert.True(length == 6, $"{where}: {length} bytes"));
    });

    [Fact]
    public Task A_job_whose_files_cannot_be_written_runs_once_when_they_can() => UnderFaultsAsync(async (bench, injector) =>
    {
        LocalJobManager manager = bench.NewManager();
        injector.Begin();
        await manager.SubmitAsync(Specs.NewAttempt(bench.Spec("true")), Cancellation);
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            Attempt attempt = Specs.NewAttempt(bench.Spec("echo ran"));
            Submission? first = null;
            (int hits, Exception? failure) = await injector.WithAsync(
                fault, async () => first = await manager.SubmitAsync(attempt, Cancellation));
            string where = $"{fault}, {hits} times, {failure}";
            Assert.True(hits == 0 || first is Submission.Accepted or Submission.Unknown or Submission.Deferred, $"{where}: {first}");
            if (hits == 0)
                continue;
            Submission second = await manager.SubmitAsync(attempt, Cancellation);
            Assert.True(second is Submission.Accepted, $"{where}: {second}");
            AttemptEnd end = await bench.EndAsync(attempt);
            Assert.True(end.Class == EndClass.Succeeded, $"{where}: {end}");
            Assert.Equal("ran\n", await bench.LogsAsync(attempt));
        }
    });

    [Fact]
    public Task A_stop_that_meets_a_fault_is_carried_out_when_it_is_repeated() => UnderFaultsAsync(async (bench, injector) =>
    {
        LocalJobManager manager = bench.NewManager();
        Attempt running = await BeginAsync(bench);
        injector.Begin();
        await manager.StopAsync(Specs.NewAttempt(bench.Spec("true")), Cancellation);
        await manager.StopAsync(running, Cancellation);
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            foreach (bool hasBegun in (bool[])[false, true])
            {
                Attempt attempt = hasBegun ? await BeginAsync(bench) : Specs.NewAttempt(bench.Spec("touch ran"));
                (int hits, _) = await injector.WithAsync(fault, () => manager.StopAsync(attempt, Cancellation));
                await manager.StopAsync(attempt, Cancellation);
                AttemptEnd end = await bench.EndAsync(attempt);
                Assert.True(end.Class == EndClass.Cancelled, $"{fault}, {hits} times, begun: {hasBegun}: {end}");
                Assert.True(hasBegun == end.StepMayHaveRun, $"{fault}, {hits} times, begun: {hasBegun}: {end}");
            }
        }

        Assert.False(File.Exists(bench.InWorkspace("ran")));
    });

    [Fact]
    public Task What_could_not_be_removed_is_removed_later() => UnderFaultsAsync(async (bench, injector) =>
    {
        LocalJobManager manager = bench.NewManager();
        Attempt ended = await EndedAsync(bench, "true");
        injector.Begin();
        await manager.ReleaseAsync(ended, Cancellation);
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            Attempt attempt = await EndedAsync(bench, "true");
            await injector.WithAsync(fault, () => manager.ReleaseAsync(attempt, Cancellation));
            await manager.ReleaseAsync(attempt, Cancellation);
            Assert.False(Directory.Exists(bench.FilesOf(attempt).Directory), $"{fault}");
        }
    });

    private static async Task UnderFaultsAsync(Func<LocalBench, FaultInjector, Task> test)
    {
        if (!InjectedTest.IsHere)
        {
            await InjectedTest.RunAsync();
            return;
        }

        (FaultInjector injector, string root) = InjectedTest.Here();
        using (injector)
        using (var bench = new LocalBench(root))
            await test(bench, injector);
    }

    private static async Task<Attempt> EndedAsync(LocalBench bench, string command)
    {
        Attempt attempt = await bench.SubmitAsync(command);
        await bench.EndAsync(attempt);
        return attempt;
    }

    private static async Task<Attempt> BeginAsync(LocalBench bench)
    {
        string mark = $"begun-{Guid.NewGuid():N}";
        Attempt attempt = await bench.SubmitAsync($"touch {mark}; sleep 1000");
        await bench.FileAsync(mark);
        return attempt;
    }

    private static async Task<Observation> LookAsync(LocalJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.ObserveAsync([attempt], Cancellation));

    private static async Task<Finding> FindAsync(LocalJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.FindAsync([attempt], Cancellation));

    private static (ObservedPhase, EndClass?, bool?, string?) Picture(Observation seen) =>
        (seen.Phase, seen.End?.Class, seen.End?.StepMayHaveRun, seen.End?.Evidence.Text);
}
