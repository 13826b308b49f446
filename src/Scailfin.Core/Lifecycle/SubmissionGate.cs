namespace Scailfin.Core.Lifecycle;

/// <summary>Admits submissions until the service is shut down, and signals when the last one has finished.</summary>
internal sealed class SubmissionGate
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _closed;

    /// <summary>Ends the waits of those inside.</summary>
    public CancellationToken Closing => _closing.Token;

    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            _inside++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0 && _closed)
                _drained.TrySetResult();
        }
    }

    /// <summary>Admits no more submissions; completes when the last one has finished. May be called again.</summary>
    public async Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            if (_inside == 0)
                _drained.TrySetResult();
        }

        await _closing.CancelAsync();
        await _drained.Task;
    }
}
