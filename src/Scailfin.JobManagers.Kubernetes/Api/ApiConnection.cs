using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using k8s;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>
/// Sends requests with the service's credentials. Credentials that the server refuses are read again, once; a request to a server that
/// is too busy (429) had no effect, and is retried after the time that the server names.
/// </summary>
internal sealed class ApiConnection(ApiConfiguration source, int requests, TimeProvider time) : IDisposable
{
    private const int MostTries = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _room = new(requests, requests);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task<Session>? _session;
    private bool _disposed;

    /// <summary>
    /// Sends a request and reads the answer by <paramref name="read"/>; waits for a slot within the limit of concurrent requests and, if
    /// <paramref name="waitsWhenBusy"/>, for a server that is too busy.
    /// </summary>
    /// <exception cref="ApiUnreachableException">There was no answer, or not within <paramref name="timeout"/>.</exception>
    public async Task<T> AskAsync<T>(
        Func<HttpRequestMessage> request,
        TimeSpan timeout,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        bool waitsWhenBusy,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        return await GuardAsync(
            async () =>
            {
                for (int tries = 1; ; tries++)
                {
                    // The Retry-After pause is spent outside the limit of concurrent requests: it does not delay other requests.
                    (T? answer, TimeSpan? pause) = await AskOnceAsync(
                        request, read, mayPause: waitsWhenBusy && tries < MostTries, either.Token);
                    if (pause is not { } asked)
                        return answer!;
                    await Task.Delay(asked, time, either.Token);
                }
            },
            timeout,
            cancellationToken);
    }

    /// <summary>
    /// Opens a stream: the answer's head has come, its body is the caller's. It does not count against the limit of concurrent requests.
    /// </summary>
    /// <exception cref="ApiUnreachableException">There was no answer, or not within <paramref name="timeout"/>.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        Func<HttpRequestMessage> request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        return await GuardAsync(
            async () =>
            {
                for (int tries = 1; ; tries++)
                {
                    HttpResponseMessage response = await SendAsync(request, either.Token);
                    if (response.StatusCode != HttpStatusCode.TooManyRequests || tries == MostTries)
                        return response;
                    TimeSpan pause = Pause(response);
                    response.Dispose();
                    await Task.Delay(pause, time, either.Token);
                }
            },
            timeout,
            cancellationToken);
    }

    /// <summary>Ends a plug-in that runs, too. May be called again.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stopping.Cancel();
        if (_session is { IsCompletedSuccessfully: true } session)
            session.Result.Client.Dispose();
        _room.Dispose();
        _stopping.Dispose();
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> send, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await send();
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiUnreachableException(
                $"The Kubernetes API server has not answered for {timeout.TotalSeconds:0} s.", mayHaveArrived: true, exception);
        }
        catch (HttpRequestException exception)
        {
            bool refused =
                exception.HttpRequestError is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                || exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            throw new ApiUnreachableException(
                $"The Kubernetes API server cannot be reached: {exception.Cause()}", mayHaveArrived: !refused, exception);
        }
        catch (IOException exception)
        {
            throw new ApiUnreachableException(
                $"The connection to the Kubernetes API server broke: {exception.Cause()}", mayHaveArrived: true, exception);
        }
    }

    private async Task<(T? Answer, TimeSpan? Pause)> AskOnceAsync<T>(
        Func<HttpRequestMessage> request,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        bool mayPause,
        CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            using HttpResponseMessage response = await SendAsync(request, cancellationToken);
            return mayPause && response.StatusCode == HttpStatusCode.TooManyRequests
                ? (default, Pause(response))
                : (await read(response, cancellationToken), null);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        (Session session, HttpResponseMessage response) = await SendOnceAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        response.Dispose();
        Forget(session);
        return (await SendOnceAsync(request, cancellationToken)).Response;
    }

    private async Task<(Session Session, HttpResponseMessage Response)> SendOnceAsync(
        Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        Session session = await EnterAsync(cancellationToken);
        try
        {
            HttpRequestMessage message = request();
            message.RequestUri = new Uri(session.Host, message.RequestUri!);
            message.Version = HttpVersion.Version20;
            message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            message.Headers.Authorization = await AuthorizeAsync(session, cancellationToken);
            return (session, await session.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
        finally
        {
            Leave(session);
        }
    }

    /// <summary>The pause that the server asks for, plus a random jitter.</summary>
    private static TimeSpan Pause(HttpResponseMessage response)
    {
        TimeSpan asked = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
        TimeSpan bounded = asked < LongestPause ? asked : LongestPause;
#pragma warning disable CA5394 // Jitter is not a secret.
        return bounded + TimeSpan.FromMilliseconds(Random.Shared.Next(500));
#pragma warning restore CA5394
    }

    /// <summary>
    /// Enters the session; the first request opens it, and those that come meanwhile wait for the same credentials, each for no longer than
    /// its own time.
    /// </summary>
    private async Task<Session> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<Session> opening;
            lock (_lock)
            {
                if (_session is null or { IsFaulted: true } or { IsCanceled: true })
                    _session = Task.Run(OpenAsync, CancellationToken.None);
                opening = _session;
            }

            Session session = await opening.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (!ReferenceEquals(_session, opening))
                    continue;
                session.Users++;
                return session;
            }
        }
    }

    private async Task<Session> OpenAsync()
    {
        KubernetesClientConfiguration configuration = await source.ReadAsync(time, _stopping.Token);
        try
        {
            return new Session(configuration);
        }
        catch (Exception exception)
        {
            // The certificate or the key is malformed.
            throw source.Unreadable(exception);
        }
    }

    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.AuthorizeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw source.Unreadable(exception);
        }
    }

    private void Leave(Session session)
    {
        lock (_lock)
        {
            session.Users--;
            DisposeUnused(session);
        }
    }

    private void Forget(Session session)
    {
        lock (_lock)
        {
            if (!IsCurrent(session))
                return;
            _session = null;
            DisposeUnused(session);
        }
    }

    /// <summary>Requests that wait for their answer would be cancelled; streams that are open under the old credentials continue.</summary>
    private void DisposeUnused(Session session)
    {
        if (session.Users == 0 && !IsCurrent(session))
            session.Client.Dispose();
    }

    private bool IsCurrent(Session session) => _session is { IsCompletedSuccessfully: true } current && current.Result == session;

    private sealed class Session(KubernetesClientConfiguration configuration)
    {
        /// <summary>The number of requests in progress.</summary>
        public int Users { get; set; }

        public Uri Host { get; } = new(configuration.Host.TrimEnd('/') + "/");

        public HttpClient Client { get; } = Make(configuration);

        public async Task<AuthenticationHeaderValue?> AuthorizeAsync(CancellationToken cancellationToken)
        {
            if (configuration.TokenProvider is { } provider)
                return await provider.GetAuthenticationHeaderAsync(cancellationToken);
            if (configuration.AccessToken is { Length: > 0 } token)
                return new AuthenticationHeaderValue("Bearer", token);
            return configuration.Username is { Length: > 0 } user
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{configuration.Password}")))
                : null;
        }

        private static HttpClient Make(KubernetesClientConfiguration configuration)
        {
            var client = new HttpClient(ApiHandlers.Create(configuration)) { Timeout = Timeout.InfiniteTimeSpan };
            client.DefaultRequestHeaders.UserAgent.Add(
                new ProductInfoHeaderValue("scailfin", typeof(ApiConnection).Assembly.GetName().Version?.ToString(3)));
            return client;
        }
    }
}
