using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Parent;

namespace Scailfin.JobController.Tests.Parent;

public sealed class CrashLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_fifth_crash_within_a_minute_is_one_too_many()
    {
        var limit = new CrashLimit(_time);
        Assert.Equal([false, false, false, false, true], After(limit, 0, 15, 15, 15, 15));
    }

    [Fact]
    public void Crashes_that_lie_more_than_a_minute_apart_do_not_add_up()
    {
        var limit = new CrashLimit(_time);
        Assert.All(After(limit, 0, 15, 15, 15, 16, 15, 15, 15), Assert.False);
    }

    private bool[] After(CrashLimit limit, params int[] seconds) =>
        [.. seconds.Select(wait =>
        {
            _time.Advance(TimeSpan.FromSeconds(wait));
            return limit.IsReached();
        })];
}
