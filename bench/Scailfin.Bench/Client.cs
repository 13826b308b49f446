using System.Net.Sockets;
using System.Text;

namespace Scailfin.Bench;

/// <summary>
/// HTTP/1.1 over one kept connection, as little of it as the benchmark needs: the load must not cost more than what it measures.
/// </summary>
internal sealed class Client(Uri address, string token) : IDisposable
{
    private readonly Socket _socket = Connect(address);
    private byte[] _buffer = new byte[64 << 10];

    /// <summary>The status and the body.</summary>
    public (int Status, ReadOnlyMemory<byte> Body) Ask(string method, string path, string? body = null)
    {
        byte[] content = body is null ? [] : Encoding.UTF8.GetBytes(body);
        string head =
            $"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n";
        _socket.Send([.. Encoding.ASCII.GetBytes(head), .. content]);
        return Read();
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Connect(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        return socket;
    }

    private (int Status, ReadOnlyMemory<byte> Body) Read()
    {
        int length = 0;
        int end = -1;
        while (end < 0)
        {
            length += Receive(length);
            end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        string head = Encoding.ASCII.GetString(_buffer, 0, end);
        int status = int.Parse(head.AsSpan(9, 3));
        int at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return (status, default);
        int stop = head.IndexOf('\r', at) is > 0 and var index ? index : head.Length;
        int size = int.Parse(head.AsSpan(at + 16, stop - at - 16));
        int begin = end + 4;
        while (length < begin + size)
            length += Receive(length);
        return (status, _buffer.AsMemory(begin, size));
    }

    private int Receive(int used)
    {
        if (used == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int count = _socket.Receive(_buffer.AsSpan(used));
        return count > 0 ? count : throw new IOException("The service closed the connection.");
    }
}
