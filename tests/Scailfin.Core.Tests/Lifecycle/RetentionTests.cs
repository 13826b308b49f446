using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>Jobs are forgotten by their age, and a clock that is wrong makes none of them old.</summary>
public sealed class RetentionTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly InMemoryJobStore _store = new();
    private readonly WrongTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_starts_with_a_clock_40_days_ahead_forgets_nothing()
    {
        await LeaveAsync(20);
        _time.Step = TimeSpan.FromDays(40);
        await using Harness harness = await StartAsync();
        await PassesAsync(12);
        Assert.Equal(20, (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Count);
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_while_the_service_runs_makes_no_job_old()
    {
        await LeaveAsync(20);
        await using Harness harness = await StartAsync();
        await PassesAsync(1);
        _time.Step = TimeSpan.FromDays(400);
        await PassesAsync(12);
        Assert.Equal(20, (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Count);
    }

    /// <summary>A new job that has its date from a wrong clock confirms it.</summary>
    [Fact]
    public async Task Once_a_newer_job_makes_many_old_they_go_a_part_at_a_time_the_oldest_first()
    {
        IReadOnlyList<JobId> left = await LeaveAsync(200);
        _time.Step = TimeSpan.FromDays(40);
        await using Harness harness = await StartAsync();
        await harness.SubmitAsync();
        await PassesAsync(1);
        int before = await LeftAsync();
        await PassesAsync(6);
        Assert.InRange(before - await LeftAsync(), 1, 7 * 10);
        Assert.Equal(left.TakeLast(100), (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Select(job => job.Id)
            .Intersect(left.TakeLast(100)));

        async Task<int> LeftAsync() => (await harness.Service.ListAsync(JobFilter.All, Cancellation)).Count;
    }

    private async Task<Harness> StartAsync()
    {
        Harness harness = await Harness.StartAsync(store: _store, time: _time, scope: new() { Retention = TimeSpan.FromDays(30) });
        await Eventually.TrueAsync(() => _time.Waits > 0, "the first pass ends");
        return harness;
    }

    private async Task<IReadOnlyList<JobId>> LeaveAsync(int count)
    {
        var ids = new List<JobId>();
        for (int i = 0; i < count; i++)
        {
            DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromSeconds(i);
            Job job = Specs.NewJob() with { Status = JobStatus.Finished, Released = true, CreatedAt = end, FinishedAt = end };
            await _store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
            ids.Add(job.Id);
        }

        return ids;
    }

    /// <summary>Lets the time between so many passes go by; each ends with a wait for the next.</summary>
    private async Task PassesAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int waits = _time.Waits;
            _time.Advance(Interval);
            await Eventually.TrueAsync(() => _time.Waits > waits, "the pass ends");
        }
    }

    /// <summary>A clock that somebody sets; intervals do not notice.</summary>
    private sealed class WrongTime : FakeTimeProvider
    {
        private int _waits;

        public TimeSpan Step { get; set; }

        /// <summary>How often somebody began to wait for the next pass.</summary>
        public int Waits => _waits;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Interval)
                Interlocked.Increment(ref _waits);
            return timer;
        }
    }
}
