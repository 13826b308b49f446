using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Scailfin.JobController.OwnPod;

namespace Scailfin.JobController.Sidecar;

/// <summary>
/// One listening socket for two services, one after the other: the socket stays open if the confirmed settings differ, and requests that
/// waited for the own Pod go to the service with the confirmed settings.
/// </summary>
internal sealed class SharedListener : IHttpApplication<IFeatureCollection>, IDisposable
{
    private readonly OwnPodCheck _check;
    private readonly KestrelServer _kestrel;
    private readonly CancellationTokenSource _stopping = new();
    private volatile Func<IFeatureCollection, Task>? _current;

    public SharedListener(OwnPodCheck check, Action<KestrelServerOptions> configure, ILoggerFactory loggers)
    {
        _check = check;
        var options = new KestrelServerOptions();
        configure(options);
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _kestrel = new KestrelServer(Options.Create(options), sockets, loggers);
    }

    /// <summary>Makes the server of a service; the service that starts it last answers the requests.</summary>
    public IServer CreateServer() => new Side(this);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
        // Nothing to dispose of here: each service disposes of its own contexts.
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        while (true)
        {
            FeatureCollection features = Layer(context);
            await _current!(features);
            if (features.Get<PostponedRequest>() is not { } postponed)
                return;
            if (await WaitAsync(context, postponed) is not { } problem)
                continue;
            await OwnPodGuard.RefuseAsync(new DefaultHttpContext(context), problem);
            return;
        }
    }

    public void Dispose()
    {
        _kestrel.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// Makes the request as one service sees it: what that service sets on it does not reach the next. Kestrel itself would keep the
    /// endpoint that the first service's routing has found.
    /// </summary>
    private static FeatureCollection Layer(IFeatureCollection request)
    {
        var features = new FeatureCollection(request);
        var routing = new RoutingFeatures();
        features.Set<IEndpointFeature>(routing);
        features.Set<IRouteValuesFeature>(routing);
        return features;
    }

    private async Task<string?> WaitAsync(IFeatureCollection request, PostponedRequest postponed)
    {
        CancellationToken aborted = request.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _stopping.Token);
        try
        {
            return await _check.WaitAsync(postponed.IsBounded, either.Token);
        }
        catch (OperationCanceledException)
        {
            return "The service is stopping.";
        }
    }

    private async Task StartAsync(Func<IFeatureCollection, Task> process, CancellationToken cancellationToken)
    {
        bool isFirst = _current is null;
        _current = process;
        if (isFirst)
            await _kestrel.StartAsync(this, cancellationToken);
    }

    /// <summary>Stops listening, unless another service answers by now.</summary>
    private async Task StopAsync(Func<IFeatureCollection, Task>? process, CancellationToken cancellationToken)
    {
        if (process is null || _current != process)
            return;
        await _stopping.CancelAsync();
        await _kestrel.StopAsync(cancellationToken);
    }

    private sealed class RoutingFeatures : IEndpointFeature, IRouteValuesFeature
    {
        public Endpoint? Endpoint { get; set; }

        public RouteValueDictionary RouteValues { get; set; } = [];
    }

    /// <summary>The listener as one service sees it.</summary>
    private sealed class Side(SharedListener listener) : IServer
    {
        private Func<IFeatureCollection, Task>? _process;

        public IFeatureCollection Features => listener._kestrel.Features;

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            _process = features => ProcessAsync(application, features);
            return listener.StartAsync(_process, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => listener.StopAsync(_process, cancellationToken);

        public void Dispose()
        {
            // The listener is not disposed of here, because it outlives the service.
        }

        private static async Task ProcessAsync<TContext>(IHttpApplication<TContext> application, IFeatureCollection features)
            where TContext : notnull
        {
            TContext context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
            }
            catch (Exception exception)
            {
                application.DisposeContext(context, exception);
                throw;
            }

            application.DisposeContext(context, null);
        }
    }
}
