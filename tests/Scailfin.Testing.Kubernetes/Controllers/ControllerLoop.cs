using System.Threading.Channels;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>The one thread on which scheduler, kubelet and the controllers do their work, one thing after the other.</summary>
internal sealed class ControllerLoop(TimeProvider time) : IAsyncDisposable
{
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
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

    /// <summary>Completes when what was to do at the moment of the call is done.</summary>
    public Task SettledAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(settled.SetResult);
        return settled.Task;
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
