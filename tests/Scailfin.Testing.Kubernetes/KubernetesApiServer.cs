using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Admission;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes;

/// <summary>
/// A Kubernetes API server on loopback that speaks the real protocol, with the controllers behind it that make pods and play their lives.
/// Pinned by recordings of Kubernetes 1.36; what it does not know of the API it refuses as a path that is not served.
/// </summary>
public sealed class KubernetesApiServer : IAsyncDisposable
{
    private readonly ApiServerOptions _options;
    private readonly ControllerLoop _loop;
    private readonly ApiFrontDoor _door;
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2? _certificate;
    private CancellationTokenSource _away = new();
    private WebApplication? _web;
    private int _port;
    private Exception? _bug;

    private KubernetesApiServer(ApiServerOptions options)
    {
        _options = options;
        TimeProvider time = options.Time;
        Store = new ObjectStore(options.FirstVersion, options.RememberedChanges);
        Access = new AccessRules(Token);
        Namespaces = new NamespaceRules(options.Namespaces);
        Lives = new PodLives(options.Life);
        _loop = new ControllerLoop(time);
        Logs = new ContainerLogs(time);
        Deletion = new ObjectDeletion(Store, time);
        var parts = new NodeParts(Store, _loop, Logs, new EventRecorder(Store, time, options.RecordsEvents), Deletion, options.Pace, time);
        var kubelet = new Kubelet(parts, Lives);
        var jobs = new JobController(parts, Lives, kubelet, new GarbageCollector(Store, Deletion));
        if (options.RunsControllers)
            Store.Changed = change => Dispatch(change, kubelet, jobs);
        var resources = new ResourceAnswers(
            Store,
            new ListAnswer(Store, time),
            new ObjectCreation(Store, time, Namespaces),
            new ObjectUpdate(Store),
            Deletion,
            new PodEviction(Store, Deletion, time));
        _door = new ApiFrontDoor(new ApiServerParts(
            options,
            time,
            Access,
            Faults,
            Requests,
            resources,
            new NamespaceAnswers(Namespaces),
            new LogAnswers(Store, Logs, time, Requests),
            (request, wire) => new WatchStream(Store, time, request, wire),
            bug => _bug ??= bug,
            _stopping.Token));
        if (options.Https)
            _certificate = LoopbackCertificate.Make();
    }

    /// <summary>Where the server listens; the port stays the same while it is away.</summary>
    public Uri Url => new($"{(_options.Https ? "https" : "http")}://127.0.0.1:{_port}");

    /// <summary>A bearer token that may do everything.</summary>
    public string Token { get; } = $"administrator-{Guid.NewGuid():N}";

    /// <summary>The certificate that a client has to trust, as PEM; null without https.</summary>
    public string? CertificateAuthority => _certificate?.ExportCertificatePem();

    /// <summary>The objects, for a test to look at.</summary>
    public ObjectStore Store { get; }

    /// <summary>Which pods live how.</summary>
    public PodLives Lives { get; }

    public ApiFaults Faults { get; } = new();

    public AccessRules Access { get; }

    public NamespaceRules Namespaces { get; }

    internal ContainerLogs Logs { get; }

    internal ObjectDeletion Deletion { get; }

    /// <summary>Every request so far.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>A fault of this program, not of a test: an exception in a controller or while answering. Null while all is well.</summary>
    public Exception? Failure => _bug ?? _loop.Failure;

    public static async Task<KubernetesApiServer> StartAsync(ApiServerOptions? options = null)
    {
        var server = new KubernetesApiServer(options ?? new ApiServerOptions());
        server._loop.Start();
        await server.ListenAsync();
        return server;
    }

    /// <summary>Connections are refused until <see cref="ComeBackAsync"/>; open ones are reset. The controllers go on.</summary>
    public async Task GoAwayAsync()
    {
        if (_web is not { } web)
            return;
        _web = null;
        await _away.CancelAsync();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await web.StopAsync(now.Token);
        await web.DisposeAsync();
    }

    public async Task ComeBackAsync()
    {
        if (_web is null)
            await ListenAsync();
    }

    /// <summary>
    /// Completes when the controllers have done what there was to do: with no time between steps, when all pods have come as far as they
    /// can.
    /// </summary>
    public Task SettledAsync() => _loop.SettledAsync();

    /// <summary>A kubeconfig for this server, as YAML.</summary>
    public string Kubeconfig(string? token = null, string @namespace = "default") =>
        KubeconfigText.Of(Url, CertificateAuthority, token ?? Token, @namespace);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await GoAwayAsync();
        await _loop.DisposeAsync();
        _certificate?.Dispose();
    }

    private void Dispatch(ObjectChange change, Kubelet kubelet, JobController jobs)
    {
        if (change.Object.Type == ResourceType.Pods)
        {
            _loop.Do(() =>
            {
                jobs.Changed(change);
                kubelet.Changed(change);
            });
        }
        else if (change.Object.Type == ResourceType.Jobs)
        {
            _loop.Do(() => jobs.Changed(change));
        }
    }

    private async Task ListenAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        if (_options.Https)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, _port, listen =>
            {
                if (_certificate is not null)
                    listen.UseHttps(_certificate);
                listen.Protocols = _certificate is not null ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        WebApplication web = builder.Build();
        _away = new CancellationTokenSource();
        CancellationToken away = _away.Token;
        web.Run(async context =>
        {
            await using CancellationTokenRegistration reset = away.UnsafeRegister(
                static state => ((Microsoft.AspNetCore.Http.HttpContext)state!).Abort(), context);
            await _door.HandleAsync(context);
        });
        await web.StartAsync();
        _port = new Uri(web.Urls.First()).Port;
        _web = web;
    }
}
