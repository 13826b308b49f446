using System.Net;
using System.Net.Sockets;

namespace Scailfin.Testing;

/// <summary>Ports for servers that have to be told theirs, or that come back to the same one.</summary>
public static class FreePort
{
    /// <summary>
    /// Below the ports that Linux gives to connections: one of those could be taken by a client before the server has it, or while it is
    /// away.
    /// </summary>
    private const int Lowest = 15_000, Highest = 32_767;

    /// <summary>A port of 127.0.0.1 that nobody has.</summary>
    public static int Next()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
#pragma warning disable CA5394 // Not a secret.
                socket.Bind(new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(Lowest, Highest + 1)));
#pragma warning restore CA5394
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            }
            catch (SocketException)
            {
                // Somebody has it: another one.
            }
        }
    }
}
