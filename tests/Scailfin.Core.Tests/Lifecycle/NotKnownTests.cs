using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class NotKnownTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Begin);

    [Fact]
    public void Time_between_two_answers_counts()
    {
        var clock = new NotKnownClock();
        Assert.Equal(TimeSpan.Zero, clock.Tick(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Tick(TimeSpan.FromSeconds(10)));
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Tick(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Time_without_an_answer_does_not_count()
    {
        var clock = new NotKnownClock();
        clock.Tick(TimeSpan.Zero);
        clock.Tick(TimeSpan.FromSeconds(10));
        clock.Pause();
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Tick(TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromSeconds(15), clock.Tick(TimeSpan.FromSeconds(3605)));
    }

    [Fact]
    public void A_backend_that_knows_the_job_again_starts_the_bound_anew()
    {
        var clock = new NotKnownClock();
        clock.Tick(TimeSpan.Zero);
        clock.Tick(TimeSpan.FromSeconds(50));
        clock.Reset();
        Assert.Equal(TimeSpan.Zero, clock.Tick(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task The_bound_of_a_forgotten_job_counts_only_time_in_which_the_backend_answers()
    {
        await using Harness harness = await StartAsync();
        Job job = await harness.SubmitAsync();
        harness.Manager.Forget(job.Id);
        await PassAsync(harness, seconds: 30);

        harness.Manager.IsAway = true;
        await PumpAsync(() => harness.Manager.AwayCalls > 0);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False((await harness.JobAsync(job.Id)).Status.IsTerminal());

        harness.Manager.IsAway = false;
        int calls = harness.Manager.ObserveCalls;
        await PumpAsync(() => harness.Manager.ObserveCalls > calls);
        await PassAsync(harness, seconds: 10);
        Assert.False((await harness.JobAsync(job.Id)).Status.IsTerminal());

        await PumpAsync(() => harness.JobAsync(job.Id).Result.Status.IsTerminal());
        Job failed = await harness.JobAsync(job.Id);
        Assert.Equal((JobStatus.Failed, EvidenceSource.NotKnown), (failed.Status, failed.Evidence!.Source));
        Assert.Contains("60 s", failed.Reason, StringComparison.Ordinal);
        Assert.EndsWith($"{failed.Reason}\n", await harness.LogsAsync(job.Id), StringComparison.Ordinal);
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_job_given_up_as_not_known_is_stopped_before_it_is_released()
    {
        await using Harness harness = await StartAsync();
        Job job = await harness.SubmitAsync();
        harness.Manager.Forget(job.Id);
        await PumpAsync(() => harness.JobAsync(job.Id).Result.IsSettled);
        Assert.Equal(1, harness.Manager.StopCalls);
        Assert.True(harness.Manager.WasReleased(job.Id));
    }

    [Fact]
    public async Task A_job_whose_backend_is_away_for_longer_than_its_bound_is_given_up()
    {
        await using Harness harness = await StartAsync(unreachable: TimeSpan.FromHours(2));
        Job job = await harness.SubmitAsync();
        harness.Manager.IsAway = true;
        await PumpAsync(() => SaysThatItIsAway(harness, job));
        _time.Advance(TimeSpan.FromHours(1));
        int calls = harness.Manager.AwayCalls;
        await PumpAsync(() => harness.Manager.AwayCalls > calls);
        Assert.False((await harness.JobAsync(job.Id)).Status.IsTerminal());
        _time.Advance(TimeSpan.FromHours(1));
        await PumpAsync(() => harness.JobAsync(job.Id).Result.Status.IsTerminal());
        Job failed = await harness.JobAsync(job.Id);
        Assert.Equal((JobStatus.Failed, EvidenceSource.Service), (failed.Status, failed.Evidence!.Source));
        Assert.Contains("could not be reached", failed.Reason, StringComparison.Ordinal);
    }

    /// <summary>The service itself must have noticed; from then on its bound counts.</summary>
    private static bool SaysThatItIsAway(Harness harness, Job job) =>
        harness.Service.ExplainAsync(job, TestContext.Current.CancellationToken).Result.Sentences
            .Any(sentence => sentence.Contains("has not answered", StringComparison.Ordinal));

    private Task<Harness> StartAsync(TimeSpan? unreachable = null)
    {
        var manager = new ScriptedJobManager(_time);
        manager.Traits = manager.Traits with
        {
            ObserveInterval = TimeSpan.FromSeconds(1),
            NotKnownBound = TimeSpan.FromSeconds(60),
            UnreachableBound = unreachable ?? TimeSpan.FromHours(24),
        };
        return Harness.StartAsync(manager, time: _time);
    }

    /// <summary>Lets time go by in small steps until the condition holds.</summary>
    private Task PumpAsync(Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
                return true;
            _time.Advance(TimeSpan.FromSeconds(1));
            return false;
        },
        "the condition holds while time goes by");

    /// <summary>Lets so many seconds go by, with answers from the backend.</summary>
    private Task PassAsync(Harness harness, int seconds)
    {
        DateTimeOffset until = _time.GetUtcNow().AddSeconds(seconds);
        int calls = harness.Manager.ObserveCalls;
        return PumpAsync(() => _time.GetUtcNow() >= until && harness.Manager.ObserveCalls > calls);
    }
}
