using System.Net;
using System.Net.Sockets;

namespace Scailfin.Testing.Containers;

/// <summary>A port on the engine's bridge that leads to a port of 127.0.0.1, so that containers reach a server of the tests.</summary>
public sealed class HostPort : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;

    private HostPort(Socket listener, int target)
    {
        _listener = listener;
        _target = target;
        _accepting = AcceptAsync();
    }

    /// <summary>The address by which containers reach it.</summary>
    public string Host => ((IPEndPoint)_listener.LocalEndPoint!).Address.ToString();

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Opens a port that leads to a port of 127.0.0.1.</summary>
    public static async Task<HostPort> OpenAsync(int target)
    {
        CommandResult bridge = await ContainerEngine.RunAsync(
            ["network", "inspect", "bridge", "-f", "{{range .IPAM.Config}}{{.Gateway}} {{end}}"]);
        string gateway = bridge.OutputOfSuccess().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(gateway), 0));
        listener.Listen();
        return new HostPort(listener, target);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptAsync(_ended.Token));
    }

    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            await using var from = new NetworkStream(accepted, ownsSocket: true);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _target, _ended.Token);
            NetworkStream to = client.GetStream();
            await Task.WhenAny(from.CopyToAsync(to, _ended.Token), to.CopyToAsync(from, _ended.Token));
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // One side has gone; the other sees its connection end.
        }
    }
}
