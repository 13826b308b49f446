using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HTCondor.Net.Worker.Native;

/// <summary>The few system calls that .NET has no name for.</summary>
internal static partial class ProcessControl
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int LowestNewDescriptor = 10;
    private const int SignalKill = 9;
    private const int Forever = -1;
    private const int Interrupted = 4; // EINTR
    private const int HangUp = 0x10; // POLLHUP

    /// <summary>
    /// Moves standard output to a descriptor that only the caller knows, and redirects all other output to standard error.
    /// </summary>
    public static FileStream TakeStandardOutput()
    {
        int taken = Duplicate(StandardOutput, DuplicateCloseOnExec, LowestNewDescriptor);
        if (taken < 0 || DuplicateTo(StandardError, StandardOutput) < 0)
            throw new IOException($"Standard output could not be set aside: {Marshal.GetLastPInvokeErrorMessage()}");
        return new FileStream(new SafeFileHandle(taken, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Ends the process at once: no handler runs, whatever another thread is in.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void ExitNow(int code);

    /// <summary>Waits until the other end of standard input is closed.</summary>
    /// <returns>False if standard input is not a pipe.</returns>
    public static unsafe bool WaitForHangUp()
    {
        // No events are requested: poll(2) always reports POLLHUP.
        var input = new PollDescriptor { Descriptor = 0 };
        while (Poll(&input, 1, Forever) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                return false;
        }

        return (input.Returned & HangUp) != 0;
    }

    public static bool Kill(int process) => Signal(process, SignalKill) == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial int EffectiveUser();

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Duplicate(int descriptor, int command, int lowest);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(int from, int to);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Asked;
        public short Returned;
    }
}
