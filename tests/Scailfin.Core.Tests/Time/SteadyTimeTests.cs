using Scailfin.Core.Time;

namespace Scailfin.Core.Tests.Time;

public sealed class SteadyTimeTests
{
    [Theory]
    [InlineData(-600)]
    [InlineData(3600)]
    public void A_step_of_the_wall_clock_changes_nothing_between_two_moments(int seconds)
    {
        var time = new TwoClocks();
        var steady = new SteadyTime(time);
        DateTimeOffset before = steady.GetUtcNow();
        Assert.Equal(time.Wall, before);
        time.Wall += TimeSpan.FromSeconds(seconds);
        Assert.Equal(before, steady.GetUtcNow());
        time.Stamp += 7 * time.TimestampFrequency;
        Assert.Equal(before + TimeSpan.FromSeconds(7), steady.GetUtcNow());
        Assert.Equal(time.GetTimestamp(), steady.GetTimestamp());
    }

    /// <summary>The framework's fake has one clock for both.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

        public long Stamp { get; set; } = 12345;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Stamp;
    }
}
