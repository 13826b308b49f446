using System.Threading.Channels;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>The one thread on which scheduler, kubelet and the controllers do their work, one thing after the other.</summary>
internal sealed class ControllerLoop(TimeProvider time) : IAsyncDisposable
{
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>();
    private Task _running = Task.CompletedTask;

    /// <summary>What went wrong in a step: a test that sees it fails.</summary>
    public Exception? Failure { get; private set; }

    public void Start() => _running = Task.Run(RunAsync);

    public void Do(Action work) => _work.Writer.TryWrite(work);

    /// <summary>Disposing the answer calls it off.</summary>
    public IDisposable? DoAfter(TimeSpan delay, Action work)
    {
        if (delay <= TimeSpan.Zero)
        {
            Do(work);
            return null;
        }
        return time.CreateTimer(_ => Do(work), null, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when there is nothing to do any more but what waits for its time.</summary>
    public Task SettledAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(Look);
        return settled.Task;

        void Look()
        {
            if (_work.Reader.Count == 0)
                settled.SetResult();
            else
                Do(Look);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await foreach (Action work in _work.Reader.ReadAllAsync())
        {
            try
            {
                work();
            }
            catch (Exception failed)
            {
                Failure ??= failed;
            }
        }
    }
}
