namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// Growing pauses between tries, each anywhere between half and all of its length, so that many services do not come back at once.
/// </summary>
internal sealed class Pauses(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _pause;

    /// <summary>Waits for the next one.</summary>
    public Task NextAsync(CancellationToken cancellationToken)
    {
        _pause = _pause == TimeSpan.Zero ? Shortest : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, Longest.Ticks));
        return Task.Delay(_pause * (0.5 + (Spread(1000) / 2000.0)), time, cancellationToken);
    }

    /// <summary>Resets the pause after a success.</summary>
    public void Reset() => _pause = TimeSpan.Zero;

    /// <summary>A random whole number below that one.</summary>
#pragma warning disable CA5394 // Jitter is not a secret.
    public static int Spread(int below) => Random.Shared.Next(below);
#pragma warning restore CA5394
}
