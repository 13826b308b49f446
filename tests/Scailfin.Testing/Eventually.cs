using Xunit;

namespace Scailfin.Testing;

/// <summary>Waits as long as something moves: what bounds a wait is a time without progress, never a total.</summary>
/// <remarks>
/// Machines that run these tests differ threefold, and so does one machine from one minute to the next. <c>progress</c> is a picture of
/// what is waited for (how many have ended, what the statuses are); each change of it begins the bound anew. A pause between two looks
/// counts for what it was meant to take at most twice over: where this process gets its turn late, so do the processes it waits for.
/// </remarks>
public static class Eventually
{
    /// <summary>A wait has failed once nothing has moved for this long; a real cluster may have to pull an image first.</summary>
    public static readonly TimeSpan Standstill =
        Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBECONFIG") is { Length: > 0 }
            ? TimeSpan.FromMinutes(5)
            : TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Looked at again and again, with pauses of 10 to 100 ms.</param>
    /// <param name="what">The condition in words, for the failure's message.</param>
    /// <param name="progress">A picture of how far it is; without one, only the condition itself is progress.</param>
    /// <param name="silence">How long what is tested may keep still by its own rules, such as a deadline that it waits for; on top of a
    /// standstill.</param>
    public static Task TrueAsync(Func<bool> condition, string what, Func<object?>? progress = null, TimeSpan silence = default) =>
        TrueAsync(() => Task.FromResult(condition()), what, progress, silence);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Func{object?}, TimeSpan)"/>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, Func<object?>? progress = null, TimeSpan silence = default) =>
        ValueAsync(async () => await condition() ? what : null, what, progress, silence);

    /// <summary>Asks until the answer is not null.</summary>
    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Func{object?}, TimeSpan)"/>
    public static async Task<T> ValueAsync<T>(Func<Task<T?>> ask, string what, Func<object?>? progress = null, TimeSpan silence = default)
        where T : class
    {
        TimeSpan most = Standstill + silence;
        TimeSpan still = TimeSpan.Zero;
        TimeSpan pause = ShortestPause;
        object? before = null;
        while (true)
        {
            long began = TimeProvider.System.GetTimestamp();
            if (await ask() is { } answer)
                return answer;
            object? now = progress?.Invoke();
            still = Equals(now, before) ? still + TimeProvider.System.GetElapsedTime(began) : TimeSpan.Zero;
            before = now;
            if (still > most)
                Assert.Fail($"Nothing has moved for {most.TotalSeconds} s: {what}{(now is null ? "" : $"; it stands at {now}")}");

            began = TimeProvider.System.GetTimestamp();
            await Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);
            TimeSpan paused = TimeProvider.System.GetElapsedTime(began);
            still += paused < 2 * pause ? paused : 2 * pause;
            pause = pause * 1.2 < LongestPause ? pause * 1.2 : LongestPause;
        }
    }

    /// <summary>Waits for the end of a task that has no progress to show, and passes its failure on.</summary>
    public static async Task EndAsync(Task task, string what)
    {
        await TrueAsync(() => task.IsCompleted, what);
        await task;
    }

    /// <inheritdoc cref="EndAsync(Task, string)"/>
    public static async Task<T> EndAsync<T>(Task<T> task, string what)
    {
        await EndAsync((Task)task, what);
        return await task;
    }
}
