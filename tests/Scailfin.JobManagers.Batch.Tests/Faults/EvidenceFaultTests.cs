using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.Testing.Faults;
using static Scailfin.JobManagers.Batch.Tests.Faults.FaultBench;

namespace Scailfin.JobManagers.Batch.Tests.Faults;

/// <summary>
/// Every call of the service on a file of an attempt fails with every error, once and for good: what cannot be read is not taken for
/// missing, what could not be written is not taken for not having happened, and no step runs twice. The injector makes the list of places.
/// </summary>
public sealed class EvidenceFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_look_at_an_attempt_that_the_scheduler_does_not_have_is_no_verdict_if_it_fails() => UnderFaultsAsync(
        async (bench, injector) =>
        {
            foreach (Attempt attempt in await MissingAsync(bench))
            {
                var right = Picture(await bench.LookAsync(attempt));
                await FaultMatrix.EachAsync(injector, () => bench.LookAsync(attempt), (seen, where) => Assert.True(
                    seen.Phase == ObservedPhase.CannotLook || Picture(seen) == right, $"{where}: {seen}, not {right}"));
                Type found = (await bench.FindAsync(attempt)).GetType();
                await FaultMatrix.EachAsync(injector, () => bench.FindAsync(attempt), (finding, where) => Assert.True(
                    finding is Finding.CannotTell || finding.GetType() == found, $"{where}: {finding}, not {found}"));
                Assert.Equal(right, Picture(await bench.LookAsync(attempt)));
            }
        });

    [Fact]
    public Task A_submission_that_meets_a_fault_runs_the_step_once() => UnderFaultsAsync(async (bench, injector) =>
    {
        Attempt well = bench.NewAttempt();
        injector.Begin();
        await bench.Manager.SubmitAsync(well, Cancellation);
        var taken = new List<(Attempt Attempt, Fault Fault)>();
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            Attempt attempt = bench.NewAttempt();
            Submission? first = null;
            (int hits, Exception? failure) = await injector.WithAsync(
                fault, async () => first = await bench.Manager.SubmitAsync(attempt, Cancellation));
            Assert.True(failure is null, $"{fault}: {failure}");
            string? reason = first switch
            {
                Submission.Deferred deferred => deferred.Reason,
                Submission.Rejected rejected => rejected.Reason,
                _ => null,
            };
            if (reason is not null)
                FaultMatrix.AssertNames(reason, fault);
            if (first is Submission.Rejected)
            {
                Assert.True(fault.Error == FileError.NoPermission, $"{fault}, {hits} times: {first}");
                Assert.False(bench.Scheduler.Jobs.ContainsKey(attempt.Identity), $"{fault}");
                continue;
            }

            Submission second = first is Submission.Accepted ? first : await bench.UntilDecidedAsync(attempt);
            Assert.True(second is Submission.Accepted, $"{fault}, {hits} times: {first}, then {second}");
            taken.Add((attempt, fault));
        }

        Assert.True(taken.Count > 10);
        foreach ((Attempt attempt, Fault fault) in taken)
        {
            AttemptEnd end = await bench.EndOfAsync(attempt);
            Collected collected = await bench.Manager.CollectAsync(attempt, end, Cancellation);
            Assert.True(collected.Verdict?.Class == EndClass.Succeeded, $"{fault}: {collected.Verdict}");
            Assert.True(bench.Runs(attempt) == 1, $"{fault}: {bench.Runs(attempt)} runs");
        }
    });

    [Fact]
    public Task A_job_that_the_scheduler_has_is_neither_rejected_nor_submitted_again() => UnderFaultsAsync(async (bench, injector) =>
    {
        (Attempt attempt, _) = await bench.EndedAsync();
        await FaultMatrix.EachAsync(
            injector,
            () => bench.Manager.SubmitAsync(attempt, Cancellation),
            (submission, where) => Assert.True(
                submission is Submission.Unknown or Submission.Deferred || (submission as Submission.Accepted)?.Handle == attempt.Handle,
                $"{where}: {submission}"));
        Assert.Equal(1, bench.Runs(attempt));
    });

    [Fact]
    public Task A_submission_that_was_lost_is_made_again_once_it_is_certain_that_it_was() => UnderFaultsAsync(async (bench, injector) =>
    {
        Attempt lost = bench.NewAttempt();
        await LoseAsync(bench, lost);
        injector.Begin();
        Assert.IsType<Finding.CertainlyNot>(await bench.FindAsync(lost));
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            Attempt attempt = bench.NewAttempt();
            await LoseAsync(bench, attempt);
            Finding? first = null;
            await injector.WithAsync(fault, async () => first = await bench.FindAsync(attempt));
            Assert.True(first is Finding.CannotTell or Finding.CertainlyNot, $"{fault}: {first}");
            Assert.IsType<Submission.Accepted>(await bench.UntilDecidedAsync(attempt));
            await bench.EndOfAsync(attempt);
            Assert.True(bench.Runs(attempt) == 1, $"{fault}");
        }
    });

    [Fact]
    public Task An_end_that_cannot_be_collected_now_is_collected_as_it_is_later() => UnderFaultsAsync(async (bench, injector) =>
    {
        // The last one's workspace was changed by another program meanwhile.
        foreach ((string command, bool isChanged) in new[] { (Work, false), ($"{Work}; exit 3", false), (Work, true) })
        {
            if (isChanged && bench.Options.Profile.Staging == StagingMode.Shared)
                continue;
            (Attempt template, AttemptEnd end) = await bench.EndedAsync(command);
            if (isChanged)
                await File.WriteAllTextAsync(Path.Combine(template.Spec.WorkflowWorkspace, "shared"), "theirs, and longer\n", Cancellation);
            Attempt first = bench.CopyOf(template);
            injector.Begin();
            string right = Picture(await bench.Manager.CollectAsync(first, end, Cancellation), first);
            Assert.Contains("mine", right, StringComparison.Ordinal);
            foreach (Fault fault in FaultMatrix.Some(FaultMatrix.Of(injector), 60))
            {
                Attempt attempt = bench.CopyOf(template);
                Collected? collected = null;
                (int hits, Exception? failure) = await injector.WithAsync(
                    fault, async () => collected = await bench.NewManager().CollectAsync(attempt, end, Cancellation));
                if (failure is not null)
                    FaultMatrix.AssertNames(failure.Message, fault);
                string now = collected is null ? right : Picture(collected, attempt);
                Assert.True(now == right, $"{fault}, {hits} times:\n{now}\nnot\n{right}");
                string later = Picture(await bench.Manager.CollectAsync(attempt, end, Cancellation), attempt);
                Assert.True(later == right, $"{fault}, {hits} times, later:\n{later}\nnot\n{right}");
                Directory.Delete(attempt.Spec.WorkflowWorkspace, recursive: true);
            }
        }
    });

    [Fact]
    public Task A_log_that_cannot_be_read_now_is_not_an_empty_one() => UnderFaultsAsync(async (bench, injector) =>
    {
        (Attempt attempt, _) = await bench.EndedAsync();
        await FaultMatrix.EachAsync(
            injector,
            async () => (await bench.Manager.ReadLogAsync(attempt, 0, 100, Cancellation)).Length,
            (length, where) => Assert.True(length == 6, $"{where}: {length} bytes"));
    });

    [Fact]
    public Task A_stop_that_meets_a_fault_is_carried_out_when_it_is_repeated() => UnderFaultsAsync(async (bench, injector) =>
    {
        Attempt[] both = [bench.NewAttempt(), await bench.SubmitAsync("sleep 1000")];
        injector.Begin();
        foreach (Attempt attempt in both)
            await bench.Manager.StopAsync(attempt, Cancellation);
        foreach (Fault fault in FaultMatrix.InTurn(injector))
        {
            foreach (bool hasBegun in (bool[])[false, true])
            {
                Attempt attempt = hasBegun ? await bench.SubmitAsync("sleep 1000") : bench.NewAttempt();
                StopAnswer? first = null;
                (int hits, _) = await injector.WithAsync(fault, async () => first = await bench.Manager.StopAsync(attempt, Cancellation));
                string where = $"{fault}, {hits} times, submitted: {hasBegun}, {first}";
                if (first is StopAnswer.Refused refused)
                    FaultMatrix.AssertNames(refused.Reason, fault);
                Assert.IsType<StopAnswer.Accepted>(await bench.Manager.StopAsync(attempt, Cancellation));
                AttemptEnd end = await bench.EndOfAsync(attempt);
                AttemptEnd verdict = (await bench.Manager.CollectAsync(attempt, end, Cancellation)).Verdict ?? end;
                Assert.True(verdict.Class == EndClass.Cancelled, $"{where}: {verdict}");
                Assert.True(verdict.StepMayHaveRun || bench.Runs(attempt) == 0, $"{where}: {verdict}");
                Assert.True(hasBegun || await bench.UntilDecidedAsync(attempt) is Submission.Rejected, where);
            }
        }
    });

    [Fact]
    public Task What_could_not_be_removed_is_removed_later() => UnderFaultsAsync(async (bench, injector) =>
    {
        (Attempt template, _) = await bench.EndedAsync("true");
        await File.WriteAllTextAsync(new AttemptPlace(template).EventLog, "", Cancellation);
        Attempt first = bench.CopyOf(template);
        injector.Begin();
        await bench.Manager.ReleaseAsync(first, Cancellation);
        foreach (Fault fault in FaultMatrix.Some(FaultMatrix.Of(injector), 100))
        {
            Attempt attempt = bench.CopyOf(template);
            (_, Exception? failure) = await injector.WithAsync(fault, () => bench.Manager.ReleaseAsync(attempt, Cancellation));

            // A release that fails is repeated; one that does not fail is the last.
            if (failure is not null)
                await bench.Manager.ReleaseAsync(attempt, Cancellation);
            Assert.False(Directory.Exists(new AttemptPlace(attempt).Root), $"{fault}: {failure}");
            Directory.Delete(attempt.Spec.WorkflowWorkspace, recursive: true);
        }
    });

    /// <summary>
    /// Attempts that neither queue nor history have: never submitted, lost, forgotten, stopped before, and stopped when lost.
    /// </summary>
    private static async Task<Attempt[]> MissingAsync(FaultBench bench)
    {
        (Attempt forgotten, _) = await bench.EndedAsync();
        bench.Scheduler.Forget(forgotten.Identity);
        Attempt[] attempts = [bench.NewAttempt(), bench.NewAttempt(), forgotten, bench.NewAttempt(), bench.NewAttempt()];
        Mark(attempts[1]);
        Mark(attempts[4]);
        foreach (Attempt stopped in attempts[3..])
            await bench.Manager.StopAsync(stopped, Cancellation);
        return attempts;
    }

    /// <summary>Begins a submission that does not arrive, and lets the time pass within which it could.</summary>
    private static async Task LoseAsync(FaultBench bench, Attempt attempt)
    {
        Mark(attempt);
        await bench.FindAsync(attempt);
        bench.Time.Shift += bench.Options.CallDeadline * 2;
    }

    private static void Mark(Attempt attempt)
    {
        var place = new AttemptPlace(attempt);
        AttemptFiles.MakeDirectory(place);
        AttemptFiles.Write(place.Submitting, "");
    }

    private static (ObservedPhase, EndClass?, bool?, string?) Picture(Observation seen) =>
        (seen.Phase, seen.End?.Class, seen.End?.StepMayHaveRun, seen.End?.Evidence.Text);

    private static string Picture(Collected collected, Attempt attempt) =>
        $"{collected.Verdict?.Class} {collected.Verdict?.StepMayHaveRun} {collected.Verdict?.Evidence.FailedPhase} "
            + $"{collected.Verdict?.Evidence.Text}\n{collected.Logs}\n{PictureOf(attempt)}";
}
