using Scailfin.JobController.Settings;

namespace Scailfin.Cli.Api;

/// <summary>A service that answers: the running one, else one started inside this process for as long as this lives.</summary>
internal sealed class ServiceAtHand : IAsyncDisposable
{
    private readonly IAsyncDisposable? _own;

    private ServiceAtHand(ApiClient api, IAsyncDisposable? own)
    {
        Api = api;
        _own = own;
    }

    public ApiClient Api { get; }

    public static async Task<ServiceAtHand> FindOrStartAsync(
        DataDirectory data, Func<CancellationToken, Task<IAsyncDisposable>> startService, CancellationToken cancellation)
    {
        if (ApiAddress.Find(data) is { } running)
        {
            if (await running.IsAliveAsync(cancellation))
                return new ServiceAtHand(running, own: null);
            running.Dispose();
            // SCAILFIN_URL names a service: no other service is used instead.
            if (ApiAddress.FromEnvironment is { } url)
                throw new ApiException($"No service answers at {url} (SCAILFIN_URL): start it, or unset SCAILFIN_URL to run without one.");
        }
        IAsyncDisposable own = await StartAsync(startService, cancellation);
        try
        {
            return new ServiceAtHand(ApiAddress.Require(data), own);
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    private static async Task<IAsyncDisposable> StartAsync(
        Func<CancellationToken, Task<IAsyncDisposable>> startService, CancellationToken cancellation)
    {
        try
        {
            return await startService(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ApiException($"No service is running, and none could be started here: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
    }
}
