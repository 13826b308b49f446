using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class BoundedLogTests
{
    [Theory]
    [InlineData("", 10)]
    [InlineData("0123456789", 10)]
    public void A_log_within_its_bound_stays_as_it_is(string logs, int bound) => Assert.Equal(logs, BoundedLog.Of(logs, bound));

    [Fact]
    public void A_longer_one_keeps_its_beginning_and_its_end_and_says_what_is_missing() =>
        Assert.Equal(
            "01234\n[... 6 characters are left out: a log is kept up to 10 characters ...]\nbcdef", BoundedLog.Of("0123456789abcdef", 10));

    [Fact]
    public void No_character_is_cut_in_two()
    {
        string cut = BoundedLog.Of(string.Concat(Enumerable.Repeat("\U0001F600", 50)), 30);
        Assert.All(cut.EnumerateRunes(), rune => Assert.NotEqual(System.Text.Rune.ReplacementChar, rune));
    }

    [Fact]
    public async Task A_failed_job_says_why_at_the_end_of_a_log_that_was_cut()
    {
        await using Harness harness = await Harness.StartAsync(scope: new() { LargestLog = 20 });
        Job job = await harness.RunningAsync();
        harness.Manager.Exit(job.Id, 3);
        Job failed = await harness.UntilAsync(job.Id, JobStatus.Failed);
        string logs = await harness.LogsAsync(job.Id);
        Assert.Contains("left out", logs, StringComparison.Ordinal);
        Assert.EndsWith($"{failed.Reason}\n", logs, StringComparison.Ordinal);
    }
}
