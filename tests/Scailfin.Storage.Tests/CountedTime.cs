using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests;

/// <summary>A clock of one lease: it goes on when it is told to, and counts how often somebody began to wait for it.</summary>
internal sealed class CountedTime : FakeTimeProvider
{
    private int _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _waits);
        return timer;
    }

    /// <summary>Lets time go by until something holds.</summary>
    public Task PassAsync(Func<Task<bool>> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            Advance(TimeSpan.FromSeconds(1));
            return await condition();
        },
        what);

    /// <inheritdoc cref="PassAsync(Func{Task{bool}}, string)"/>
    public Task PassAsync(Func<bool> condition, string what) => PassAsync(() => Task.FromResult(condition()), what);

    /// <summary>Lets time go by until what waits for it has tried so many times more, and in vain: it waits again.</summary>
    public Task TriedAgainAsync(int times)
    {
        // What is under way now may have begun before.
        int wanted = _waits + times + 1;
        return PassAsync(() => _waits >= wanted, "it is tried again and again");
    }
}
