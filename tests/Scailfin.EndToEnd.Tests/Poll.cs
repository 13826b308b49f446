using System.Diagnostics;

namespace Scailfin.EndToEnd.Tests;

internal static class Poll
{
    /// <summary>Asks until the answer is not null.</summary>
    public static async Task<T> ForAsync<T>(string what, TimeSpan bound, Func<Task<T?>> ask)
        where T : class
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(started) > bound)
                throw new TimeoutException($"Not within {bound.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public static Task UntilAsync(string what, TimeSpan bound, Func<Task<bool>> ask) =>
        ForAsync(what, bound, async () => await ask() ? what : null);

    public static Task UntilAsync(string what, TimeSpan bound, Func<bool> ask) => UntilAsync(what, bound, () => Task.FromResult(ask()));
}
