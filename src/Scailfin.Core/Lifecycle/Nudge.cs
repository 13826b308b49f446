namespace Scailfin.Core.Lifecycle;

/// <summary>Wakes one waiter; several nudges before its next wait count as one.</summary>
internal sealed class Nudge
{
    private readonly SemaphoreSlim _nudged = new(0, 1);

    public void Give()
    {
        lock (_nudged)
        {
            if (_nudged.CurrentCount == 0)
                _nudged.Release();
        }
    }

    /// <summary>Waits for a nudge, for at most that long.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task nudged = WaitAsync(wake.Token);
        Task elapsed = Task.Delay(longest, time, wake.Token);
        await Task.WhenAny(nudged, elapsed);
        await wake.CancelAsync();
        await nudged;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _nudged.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time has elapsed; a nudge that arrives now is kept for the next wait.
        }
    }
}
