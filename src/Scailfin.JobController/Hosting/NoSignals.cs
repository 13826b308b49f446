namespace Scailfin.JobController.Hosting;

/// <summary>Ignores signals: a command that runs a service in its own process stops its job first, then the service.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
