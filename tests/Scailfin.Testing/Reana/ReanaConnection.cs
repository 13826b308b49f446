using System.Net.Sockets;

namespace Scailfin.Testing.Reana;

/// <summary>
/// The connection of REANA's client. It is kept between requests, as Python's <c>requests</c> keeps it, and is made anew only if the server
/// has closed it before a request is sent. No request is sent a second time, and none has a time limit.
/// </summary>
internal sealed class ReanaConnection : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private HttpClient? _client;
    private Socket? _socket;

    public async Task<ReanaAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_client is null || _socket is null || IsDropped(_socket))
                Renew();
            request.Headers.Host = "0.0.0.0:5000";
            request.Headers.TryAddWithoutValidation("Accept", "*/*");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate");
            using HttpResponseMessage answer = await _client!.SendAsync(request, cancellationToken);
            return new ReanaAnswer(
                answer.StatusCode,
                answer.Content.Headers.TryGetValues("Content-Type", out IEnumerable<string>? types) ? string.Join(", ", types) : "",
                await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch
        {
            Close();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        Close();
        _one.Dispose();
    }

    private void Renew()
    {
        Close();
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                if (_socket is not null)
                    throw new IOException("The server closed the connection under the request, and REANA's client sends none again.");
                _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(_socket, ownsSocket: true);
            },
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            AllowAutoRedirect = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    private void Close()
    {
        _client?.Dispose();
        _socket?.Dispose();
        (_client, _socket) = (null, null);
    }

    /// <summary>urllib3's test: a connection on which something can be read before anything was asked is closed.</summary>
    private static bool IsDropped(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
}
