using Microsoft.AspNetCore.Server.Kestrel.Core;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Access;
using Scailfin.JobController.ApiSpec;
using Scailfin.JobController.Health;
using Scailfin.JobController.JobCache;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Logging;
using Scailfin.JobController.OwnPod;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Telemetry;

namespace Scailfin.JobController.Hosting;

/// <summary>The service: built from its settings, started, and stopped without stopping the jobs.</summary>
internal sealed class JobControllerHost : IAsyncDisposable
{
    private const int LongestHeaders = 16 << 10;

    private readonly WebApplication _app;
    private readonly DataDirectory _data;
    private readonly JobSupervisor _supervisor;
    private readonly IReadOnlyList<string> _withoutEffect;
    private Task _told = Task.CompletedTask;
    private string? _address;

    private JobControllerHost(WebApplication app, ServiceSettings settings)
    {
        _app = app;
        _data = settings.Data;
        _withoutEffect = settings.WithoutEffect;
        _supervisor = app.Services.GetRequiredService<JobSupervisor>();
    }

    /// <summary>The address on which it listens.</summary>
    public Uri Address => new(_address!);

    /// <summary>
    /// Starts it; <paramref name="beside"/> a command of the same process, it says errors only and leaves signals to the command. The
    /// address is written to the data directory once the API answers.
    /// </summary>
    /// <exception cref="SettingsException">The settings are invalid.</exception>
    public static Task<JobControllerHost> StartAsync(ServiceSettings settings, bool beside, CancellationToken cancellationToken) =>
        StartAsync(settings, beside, _ => { }, cancellationToken);

    /// <summary>
    /// Starts the service as above, with other job managers, another store or another clock than the program's own: for tests and the
    /// benchmark.
    /// </summary>
    internal static async Task<JobControllerHost> StartAsync(
        ServiceSettings settings, bool beside, Action<IServiceCollection> replace, CancellationToken cancellationToken)
    {
        settings.Data.Create();
        Directory.CreateDirectory(settings.Data.Workspaces);
        WebApplicationBuilder builder =
            WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = settings.Data.Path });
        builder.Configuration.AddInMemoryCollection(settings.Telemetry.Variables);
        builder.Logging.UseServiceLog(settings.Log, settings.Notes, errorsOnly: beside);
        builder.WebHost.ConfigureKestrel(server => ConfigureServer(server, settings));
        if (settings.ListenDescriptor is null)
            builder.WebHost.UseUrls(settings.Listen.GetLeftPart(UriPartial.Authority));
        AddServices(builder.Services, settings);
        replace(builder.Services);
        if (beside)
            builder.Services.AddSingleton<IHostLifetime, NoSignals>();

        var host = new JobControllerHost(Configure(builder.Build(), settings), settings);
        await host._app.StartAsync(cancellationToken);
        host._address = settings.ListenDescriptor is null ? host._app.Urls.First() : settings.Listen.GetLeftPart(UriPartial.Authority);
        if (settings.Held)
            return host;
        host.Begin();
        return host;
    }

    /// <summary>Begins to drive jobs: at the start or, if the settings were held back, once they are confirmed.</summary>
    public void Begin()
    {
        if (_withoutEffect.Count > 0)
            _app.Logger.LogWithoutEffect(string.Join("; ", _withoutEffect));
        _app.Services.GetRequiredService<OwnPodGuard>().Release();
        _supervisor.Start();
        if (!File.Exists(_data.AddressFile))
            TellAddress();
        _told = TellAddressOnceActiveAsync();
    }

    /// <summary>Sets what the server itself must know.</summary>
    public static void ConfigureServer(KestrelServerOptions server, ServiceSettings settings)
    {
        if (settings.ListenDescriptor is { } descriptor)
            server.ListenHandle((ulong)descriptor);
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = settings.Requests.Limits.Body;
        server.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
        server.ConfigureEndpointDefaults(listener => listener.Use(new ConnectionLimit(settings.Connections).Admit));
    }

    /// <summary>Waits until this instance drives the jobs of its data directory.</summary>
    /// <exception cref="SettingsException">Another instance still drives them after that time.</exception>
    public async Task BecomeActiveAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        try
        {
            await _told.WaitAsync(bound, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SettingsException([$"another service drives the jobs in {_data.Path}, and does not answer; end it first"]);
        }
    }

    /// <summary>Runs until the process is asked to end; returns 1 if the service cannot become active.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        Task stopped = _app.WaitForShutdownAsync(cancellationToken);
        await Task.WhenAny(stopped, _supervisor.Failed);
        if (_supervisor.Failed.IsFaulted)
            return 1;
        await stopped;
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        // Another instance on the same data directory may have written its own address since.
        if (File.Exists(_data.AddressFile) && (await File.ReadAllTextAsync(_data.AddressFile)).Trim() == _address)
            File.Delete(_data.AddressFile);
        await _supervisor.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>A standby leaves the address of the instance that drives the jobs alone, until it takes over.</summary>
    private async Task TellAddressOnceActiveAsync()
    {
        await _supervisor.Active;
        TellAddress();
    }

    /// <summary>Writes a new file and renames it, so that a reader never sees half an address.</summary>
    private void TellAddress()
    {
        string aside = $"{_data.AddressFile}.{Environment.ProcessId}";
        File.WriteAllText(aside, _address + "\n");
        File.Move(aside, _data.AddressFile, overwrite: true);
    }

    private static void AddServices(IServiceCollection services, ServiceSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new OwnPodGuard(settings.Held))
        .AddAccess(settings.Mode, settings.Data, settings.Jwt)
        .AddSingleton(ServiceScope.Bounds(settings))
        .AddSingleton(ServiceScope.Of(settings))
        .AddTelemetry(settings.Telemetry)
        .AddSingleton<JobJournal>()
        .AddSingleton(KillAtFaultPoint.Of(settings.Data, ProcessVariables.Read()))
        .AddJobStore(settings)
        .AddBackends(settings)
        .AddSingleton(settings.Requests)
        .AddSingleton(provider => new UserWorkspaces(
            provider.GetRequiredService<WorkspacePath>(), provider.GetRequiredService<JobService>().FirstOwner))
        .AddSingleton<JobRequestReader>()
        .AddSingleton<LifecycleServices>()
        .AddSingleton<JobSupervisor>()
        .AddSingleton<JobService>()
        .AddSingleton<ServiceHealth>();

    /// <summary>One user never has more than half of the connections in use; null in a sidecar, which has one user.</summary>
    private static UserTraffic? Traffic(WebApplication app, ServiceSettings settings) => settings.Requests.Users is { } users
        ? new UserTraffic(
            users.Requests, settings.Connections / 2, app.Services.GetRequiredService<TimeProvider>())
        : null;

    private static WebApplication Configure(WebApplication app, ServiceSettings settings)
    {
        app.Use(ConnectionLimit.SendAsync);
        app.UseErrorAnswers(app.Logger);
        app.UseCallerGuard(settings.Mode, settings.MetricsPublic, Traffic(app, settings));
        app.UseExactRouting();
        app.Services.GetRequiredService<OwnPodGuard>().Use(app);
        app.MapJobs();
        app.MapWorkspaceRoots(app.Services.GetRequiredService<UserWorkspaces>());
        app.MapJobCache();
        app.MapApiSpec();
        app.MapHealth(settings.Mode);
        app.MapMetrics();
        return app;
    }
}
