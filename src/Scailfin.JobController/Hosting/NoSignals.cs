namespace Scailfin.JobController.Hosting;

/// <summary>Leaves signals alone: a command that started the service beside itself stops its job first, then the service.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
