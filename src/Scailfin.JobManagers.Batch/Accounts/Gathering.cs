namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>
/// Gathers single requests into few calls: requests that arrive while a call is in progress, or shortly after the first, go
/// together with the next one. Calls begin no faster than one in every <paramref name="pause"/>.
/// </summary>
public sealed class Gathering<TItem, TResult>(
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> call, int most, TimeSpan pause, TimeProvider time)
{
    /// <summary>How long the first one waits for others that arrive together with it.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly Queue<(TItem Item, TaskCompletionSource<TResult> Result)> _waiting = new();
    private bool _draining;
    private long? _lastCall;

    /// <summary>The result for this item; fails as its call fails.</summary>
    public Task<TResult> AddAsync(TItem item)
    {
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((item, result));
            if (_draining)
                return result.Task;
            _draining = true;
        }

        _ = DrainAsync();
        return result.Task;
    }

    private async Task DrainAsync()
    {
        await Task.Delay(Moment, time);
        while (true)
        {
            if (_lastCall is { } last && time.GetElapsedTime(last) is var since && since < pause)
                await Task.Delay(pause - since, time);
            List<(TItem Item, TaskCompletionSource<TResult> Result)> batch = Take();
            if (batch.Count == 0)
                return;
            _lastCall = time.GetTimestamp();
            try
            {
                IReadOnlyList<TResult> results = await call([.. batch.Select(one => one.Item)]);
                foreach ((var one, TResult result) in batch.Zip(results))
                    one.Result.TrySetResult(result);
            }
            catch (Exception exception)
            {
                foreach ((_, TaskCompletionSource<TResult> result) in batch)
                    result.TrySetException(exception);
            }
        }
    }

    private List<(TItem Item, TaskCompletionSource<TResult> Result)> Take()
    {
        lock (_lock)
        {
            var batch = new List<(TItem, TaskCompletionSource<TResult>)>();
            while (batch.Count < most && _waiting.TryDequeue(out (TItem, TaskCompletionSource<TResult>) next))
                batch.Add(next);
            _draining = batch.Count > 0;
            return batch;
        }
    }
}
