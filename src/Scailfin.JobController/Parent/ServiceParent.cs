using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Parent;

/// <summary>
/// The parent of the service in REANA's pod, which Kubernetes never restarts. It keeps the listening socket, so that a client's connection
/// waits while the service is away, and starts a crashed service again at once.
/// </summary>
/// <param name="say">Writes an error to the log.</param>
/// <param name="time">The clock.</param>
internal sealed class ServiceParent(Action<string> say, TimeProvider time)
{
    /// <summary>The exit code for settings that are wrong: another start would read the same.</summary>
    public const int Refused = 2;

    // What waits in the socket's queue while the service is away; the kernel's own limit is net.core.somaxconn.
    private const int Queue = 4096;

    private static readonly PosixSignal[] Forwarded = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly Lock _lock = new();
    private readonly CrashLimit _limit = new(time);
    private int _process;
    private bool _ending;

    /// <summary>The address that one of REANA's commands names. No variable changes it: it could be a user's secret.</summary>
    /// <exception cref="SettingsException">The ini file names no address.</exception>
    public static IPEndPoint AddressOf(ServiceStart start) =>
        start.IniFile is { } file ? UwsgiFile.ReadAddress(file) : new IPEndPoint(IPAddress.Any, 5000);

    /// <summary>Runs the service until it ends by itself, a signal ends it, or it has crashed too often; returns its exit code.</summary>
    /// <exception cref="SettingsException">The address cannot be listened on.</exception>
    public int Run(IPEndPoint address)
    {
        PosixSignalRegistration[] signals = [.. Forwarded.Select(signal => PosixSignalRegistration.Create(signal, Forward))];
        try
        {
            using Socket socket = Listen(address);
            return Supervise(socket);
        }
        finally
        {
            foreach (PosixSignalRegistration signal in signals)
                signal.Dispose();
        }
    }

    private static Socket Listen(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(Queue);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new SettingsException([$"The service cannot listen on {address}: '{exception.Message}'; end the program that does"]);
        }
    }

    private int Supervise(Socket socket)
    {
        while (true)
        {
            if (Start(socket) is not { } process)
                return 128 + 15;
            ChildEnd end = ChildProcess.WaitForEnd(process);
            lock (_lock)
            {
                _process = 0;
                if (_ending || end.Code is 0 or Refused)
                    return end.Code;
            }

            if (_limit.IsReached())
            {
                say($"The service ended {end}: {CrashLimit.Crashes} crashes within {CrashLimit.Window.TotalSeconds} s. It is not started "
                    + "again; its log lines before this one say why it crashed");
                return end.Code;
            }

            say($"The service ended {end}, and is started again; requests wait meanwhile");
        }
    }

    /// <summary>Starts the service, unless a signal has come first.</summary>
    private int? Start(Socket socket)
    {
        lock (_lock)
        {
            if (_ending)
                return null;
            try
            {
                return _process = ChildProcess.Start(
                    Environment.ProcessPath!, [ServiceStart.ChildArgument], (int)socket.Handle, InheritedSocket.Descriptor);
            }
            catch (Win32Exception exception)
            {
                throw new SettingsException([$"The program '{Environment.ProcessPath}' cannot be started: '{exception.Message}'"]);
            }
        }
    }

    private void Forward(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            _ending = true;
            if (_process != 0)
                _ = ChildProcess.Signal(_process, NumberOf(context.Signal));
        }
    }

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };
}
