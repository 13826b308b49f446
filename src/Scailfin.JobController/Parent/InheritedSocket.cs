using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Parent;

/// <summary>The listening socket that the service has from its parent.</summary>
internal static partial class InheritedSocket
{
    /// <summary>Its descriptor in the service: the first after the standard streams.</summary>
    public const int Descriptor = 3;

    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Keeps the socket from the programs that the service starts, and returns its address.</summary>
    /// <exception cref="SettingsException">There is no such socket: the parent did not start this process.</exception>
    public static Uri Take()
    {
        try
        {
            if (SetFlags(Descriptor, SetDescriptorFlags, CloseOnExec) != 0)
                throw new SocketException(Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());
            using var socket = new Socket(new SafeSocketHandle(Descriptor, ownsHandle: false));
            return new Uri($"http://{(IPEndPoint)socket.LocalEndPoint!}");
        }
        catch (SocketException exception)
        {
            throw new SettingsException(
                [
                    $"Descriptor {Descriptor} of this process is not a listening socket: '{exception.Message}'; "
                    + $"only the parent starts the service with '{ServiceStart.ChildArgument}', use 'scailfin serve'",
                ]);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetFlags(int descriptor, int command, int flags);
}
