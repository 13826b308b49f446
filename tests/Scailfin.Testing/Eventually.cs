using Xunit;

namespace Scailfin.Testing;

/// <summary>Waits for a condition, for a bounded time.</summary>
public static class Eventually
{
    /// <summary>A real cluster may have to pull an image first.</summary>
    private static readonly TimeSpan Bound =
        Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBECONFIG") is { Length: > 0 } ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? bound = null) => TrueAsync(() => Task.FromResult(condition()), what, bound);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? bound = null)
    {
        TimeSpan most = bound ?? Bound;
        long begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > most)
                Assert.Fail($"Not within {most.TotalSeconds} s: {what}");
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
