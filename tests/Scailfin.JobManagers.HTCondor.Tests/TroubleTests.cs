using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Transports;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>What one job's files or one owner's limit do: they are that job's reason, and nobody else's.</summary>
public sealed class TroubleTests(Pool pool)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workspace_that_cannot_be_written_refuses_its_own_job_and_the_next_one_is_submitted()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        await using HTCondorBench other = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        (await bench.RunAsync("chmod", "555", bench.Workspace)).OutputOfSuccess();
        var rejected = Assert.IsType<Submission.Rejected>(
            await bench.NewManager().SubmitAsync(Specs.NewAttempt(bench.Marking("true")), Cancellation));
        Assert.Contains($"its workspace '{bench.Workspace}'", rejected.Reason, StringComparison.Ordinal);
        HTCondorJobManager manager = other.NewManager();
        Attempt good = await HTCondorBench.SubmitAsync(manager, other.Marking("true"));
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, good)).Class);
    }

    [Fact]
    public async Task A_workspace_that_was_deleted_under_a_running_job_does_not_keep_the_others_from_being_observed()
    {
        await using HTCondorBench gone = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        HTCondorJobManager manager = bench.NewManager();
        Attempt lost = await HTCondorBench.SubmitAsync(manager, gone.Marking("sleep 1000"));
        Attempt good = await HTCondorBench.SubmitAsync(manager, bench.Marking("true"));
        await Eventually.TrueAsync(() => gone.Runs(lost) == 1, "it runs");
        (await gone.RunAsync("rm", "-r", gone.Workspace)).OutputOfSuccess();
        (await gone.RunAsync("condor_rm", lost.Handle!.Id)).OutputOfSuccess();
        IReadOnlyList<Observation> seen = await manager.ObserveAsync([lost, good], Cancellation);
        Assert.All(seen, observation => Assert.NotEqual(ObservedPhase.CannotLook, observation.Phase));
        Assert.Equal(EndClass.Succeeded, (await HTCondorBench.EndAsync(manager, good)).Class);
        AttemptEnd end = await HTCondorBench.EndAsync(manager, lost);
        Assert.Equal(EndClass.Cancelled, end.Class);
        Assert.Contains("not by this service", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_never_began_and_is_stopped_is_never_called_running()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        HTCondorJobManager manager = bench.NewManager();
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Marking("true"));
        Assert.IsType<StopAnswer.Accepted>(await manager.StopAsync(attempt, Cancellation));
        var phases = new List<ObservedPhase>();
        await Eventually.TrueAsync(
            async () =>
            {
                phases.Add((await HTCondorBench.ObserveAsync(manager, attempt)).Phase);
                return phases[^1] == ObservedPhase.Ended;
            },
            "it ends");
        Assert.DoesNotContain(ObservedPhase.Running, phases);
    }

    [Fact]
    public async Task A_job_whose_input_cannot_be_spooled_says_why_while_it_waits_and_once_it_ended()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        bench.Options = bench.Options with { Spool = true };
        HTCondorJobManager manager =
            bench.NewManager(new LosingTransports(bench.Transports, firstSeed: 0) { Loses = false, SpoolingsToFail = 1 });
        Attempt attempt = await HTCondorBench.SubmitAsync(manager, bench.Marking("true"));
        Observation waiting = await HTCondorBench.ObserveAsync(manager, attempt);
        Assert.Equal(ObservedPhase.Waiting, waiting.Phase);
        Assert.Contains(LosingTransports.SpoolingFails, waiting.Reason, StringComparison.Ordinal);
        (await bench.RunAsync("condor_rm", attempt.Handle!.Id)).OutputOfSuccess();
        AttemptEnd end = await HTCondorBench.EndAsync(manager, attempt);
        Assert.Contains(LosingTransports.SpoolingFails, end.Evidence.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransportChoice.Native)]
    [InlineData(TransportChoice.CommandLine)]
    public async Task A_stop_that_the_schedd_refuses_is_no_stop_and_says_so(TransportChoice transport)
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer, transport);
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        Attempt attempt = await HTCondorBench.SubmitAsync(bench.NewManager(), bench.Marking("true"));
        IReadOnlyList<string> host = transport == TransportChoice.Native ? Pool.Host : [];
        HTCondorOptions asBob = bench.Options with { User = "bob", Prefix = [.. pool.Site.CommandPrefix("bob"), .. host] };
        var transports = new ScheddTransports(asBob, TimeProvider.System, NullLoggerFactory.Instance);
        using var bobs = new HTCondorJobManager("htcondor", asBob, transports, TimeProvider.System, NullLogger.Instance);
        var refused = Assert.IsType<StopAnswer.Refused>(await bobs.StopAsync(attempt, Cancellation));
        Assert.Contains("permission denied", refused.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, await bench.EntriesAsync(attempt));
        Assert.IsType<StopAnswer.Accepted>(await bench.NewManager().StopAsync(attempt, Cancellation));
        await Eventually.TrueAsync(async () => await bench.EntriesAsync(attempt) == 0, "its owner's stop removes it");
    }

    [Theory]
    [InlineData(TransportChoice.Native)]
    [InlineData(TransportChoice.CommandLine)]
    public async Task A_limit_of_the_schedd_defers_what_exceeds_it_with_HTCondors_words(TransportChoice transport)
    {
        await using HpcContainer site = Pool.NewSite("MAX_JOBS_PER_OWNER = 2\n");
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(site, StagingMode.Transfer, transport);
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        HTCondorJobManager manager = bench.NewManager();
        Attempt[] attempts = [.. Enumerable.Range(0, 4).Select(_ => Specs.NewAttempt(bench.Marking("true")))];
        Submission[] outcomes = await Task.WhenAll(attempts.Select(attempt => manager.SubmitAsync(attempt, Cancellation)));
        Assert.Equal(2, outcomes.Count(outcome => outcome is Submission.Accepted));
        Assert.All(outcomes.OfType<Submission.Deferred>(), deferred => Assert.Equal(DeferralScope.Owner, deferred.Scope));
        Assert.All(
            outcomes.OfType<Submission.Deferred>(),
            deferred => Assert.Contains("would exceed MAX_JOBS_PER_OWNER", deferred.Reason, StringComparison.Ordinal));
        Assert.Equal(2, outcomes.OfType<Submission.Deferred>().Count());

        // Once there is room, the same attempt is taken.
        Attempt waiting = attempts[Array.FindIndex(outcomes, outcome => outcome is Submission.Deferred)];
        (await bench.RunAsync("condor_rm", "-all")).OutputOfSuccess();
        await Eventually.TrueAsync(
            async () => await manager.SubmitAsync(waiting, Cancellation) is Submission.Accepted, "it is taken");
    }
}
