using Scailfin.JobController.Hosting;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;
using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.Sidecar;

/// <summary>
/// A sidecar that runs in a pod. It answers at once, and begins to work once its own Pod has confirmed the settings, or with the settings
/// that the Pod says.
/// </summary>
internal sealed class SidecarInPod : IAsyncDisposable
{
    private const string Container = "job-controller";

    private readonly OwnPodCheck _check;
    private readonly SharedListener _listener;
    private readonly ILoggerFactory _loggers;
    private readonly Action<IServiceCollection> _replace;
    private readonly CancellationTokenSource _ended = new();
    private JobControllerHost _host = null!;
    private Task _confirming = Task.CompletedTask;

    private SidecarInPod(
        ServiceSettings settings, Func<CancellationToken, Task<OwnPodContent>> read, TimeProvider time, Action<IServiceCollection> replace)
    {
        _loggers = LoggerFactory.Create(logging => logging.UseServiceLog(settings.Log, notes: [], errorsOnly: false));
        _check = new OwnPodCheck(settings, read, time, _loggers.CreateLogger<OwnPodCheck>());
        _listener = new SharedListener(_check, server => JobControllerHost.ConfigureServer(server, settings), _loggers);
        _replace = services =>
        {
            services.AddSingleton(_listener.CreateServer());
            replace(services);
        };
    }

    /// <summary>The address on which the sidecar listens.</summary>
    public Uri Address => _host.Address;

    /// <summary>Whether a service of these settings needs it: a user's secrets are in the environment of a sidecar's pod.</summary>
    public static bool Needs(ServiceSettings settings) => settings.Mode == ServiceMode.Sidecar && OwnPodReader.IsInPod;

    /// <summary>Starts the sidecar, which listens when this method returns.</summary>
    /// <param name="settings">By the process environment.</param>
    /// <param name="process">The process environment.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static Task<SidecarInPod> StartAsync(
        ServiceSettings settings, IReadOnlyDictionary<string, string> process, CancellationToken cancellationToken)
    {
        var reader = new OwnPodReader(KubernetesBackend.Of(settings.Reana, settings.Mode) with { Kubeconfig = null }, TimeProvider.System);
        return StartAsync(
            settings,
            process,
            token => reader.ReadAsync(settings.PodName, Container, token),
            TimeProvider.System,
            _ => { },
            cancellationToken);
    }

    /// <summary>As above, with another Pod, clock and parts of the service: for tests.</summary>
    internal static async Task<SidecarInPod> StartAsync(
        ServiceSettings settings,
        IReadOnlyDictionary<string, string> process,
        Func<CancellationToken, Task<OwnPodContent>> read,
        TimeProvider time,
        Action<IServiceCollection> replace,
        CancellationToken cancellationToken)
    {
        ServiceSettings held = settings with { Held = true };
        var sidecar = new SidecarInPod(held, read, time, replace);
        sidecar._host = await JobControllerHost.StartAsync(held, beside: false, sidecar._replace, cancellationToken);
        sidecar._confirming = sidecar.ConfirmAsync(process);
        return sidecar;
    }

    /// <summary>Runs until the process is asked to end; returns 1 if the service cannot become active.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        JobControllerHost held = _host;
        Task<int> first = held.WaitAsync(cancellationToken);
        if (await Task.WhenAny(first, _confirming) == first)
            return await first;
        await _confirming;
        return await (_host == held ? first : _host.WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _confirming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _host.DisposeAsync();
        _listener.Dispose();
        _loggers.Dispose();
        _ended.Dispose();
    }

    private async Task ConfirmAsync(IReadOnlyDictionary<string, string> process)
    {
        await Task.Yield();
        JobControllerHost held = _host;
        ServiceSettings confirmed = await _check.ConfirmAsync(process, _ended.Token);
        if (confirmed.Held)
        {
            held.Begin();
            _check.Open();
            return;
        }

        _host = await JobControllerHost.StartAsync(confirmed, beside: false, _replace, _ended.Token);
        _check.Open();
        await held.DisposeAsync();
    }
}
