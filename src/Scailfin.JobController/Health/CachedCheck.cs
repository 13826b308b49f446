using Scailfin.Core.JobManagers;

namespace Scailfin.JobController.Health;

/// <summary>Checks the health of one backend: with a short timeout, not often, and once for all concurrent callers.</summary>
internal sealed class CachedCheck(IChecksHealth backend, TimeProvider time)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<string?>? _last;
    private long _begun;

    /// <summary>Returns the problem; null when well.</summary>
    public Task<string?> AskAsync()
    {
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_begun) >= Kept))
            {
                _begun = time.GetTimestamp();
                _last = CheckAsync();
            }

            return _last;
        }
    }

    private async Task<string?> CheckAsync()
    {
        using var bound = new CancellationTokenSource(Bound, time);
        try
        {
            return await Task.Run(() => backend.CheckHealthAsync(bound.Token), bound.Token).WaitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            return $"It does not answer within {Bound.TotalSeconds:0} s.";
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }
}
