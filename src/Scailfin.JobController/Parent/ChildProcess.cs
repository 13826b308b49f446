using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Scailfin.JobController.Parent;

/// <summary>
/// The calls of the operating system for a parent that may be process 1 of a container. The runtime's Process class would not do: process 1
/// also inherits the orphans of the others, and Process reaps its own children only.
/// </summary>
internal static unsafe partial class ChildProcess
{
    private const int Interrupted = 4;

    // What glibc's structures take is less: posix_spawnattr_t 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128.
    private const int Room = 512;

    // POSIX_SPAWN_SETSIGDEF and POSIX_SPAWN_SETSIGMASK.
    private const short ResetSignals = 0x04 | 0x08;

    /// <summary>
    /// Starts a program with this process's environment, to the byte, and a descriptor of this process under another number.
    /// </summary>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments, int descriptor, int number)
    {
        nint* words = stackalloc nint[arguments.Count + 2];
        for (int index = 0; index <= arguments.Count; index++)
            words[index] = Marshal.StringToCoTaskMemUTF8(index == 0 ? program : arguments[index - 1]);
        words[arguments.Count + 1] = 0;
        byte* actions = stackalloc byte[Room];
        byte* attributes = stackalloc byte[Room];
        byte* signals = stackalloc byte[Room];
        try
        {
            Check(InitializeActions(actions));
            Check(InitializeAttributes(attributes));
            Check(AddDuplicate(actions, descriptor, number));

            // The runtime ignores SIGPIPE; the programs that the service starts must not inherit that.
            _ = FillSignals(signals);
            Check(SetDefaultSignals(attributes, signals));
            _ = EmptySignals(signals);
            Check(SetSignalMask(attributes, signals));
            Check(SetFlags(attributes, ResetSignals));
            nint environment = *(nint*)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
            Check(Spawn(out int process, words[0], actions, attributes, words, environment));
            return process;
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
            for (int index = 0; index <= arguments.Count; index++)
                Marshal.FreeCoTaskMem(words[index]);
        }
    }

    /// <summary>Waits until this child ends, and reaps every other process that ends meanwhile.</summary>
    public static ChildEnd WaitForEnd(int process)
    {
        while (true)
        {
            int ended = Wait(-1, out int status, 0);
            if (ended == process)
                return new ChildEnd(ExitCode: (status >> 8) & 0xff, Signal: status & 0x7f);
            if (ended < 0 && Marshal.GetLastPInvokeError() is not Interrupted and int error)
                throw new Win32Exception(error);
        }
    }

    /// <summary>Sends a signal; a process that has ended gets none.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(out int process, nint program, byte* actions, byte* attributes, nint* words, nint environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitializeActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int process, out int status, int options);
}

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">The child's exit code; 0 if a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 if it exited.</param>
internal sealed record ChildEnd(int ExitCode, int Signal)
{
    /// <summary>The code as a shell reports it.</summary>
    public int Code => Signal == 0 ? ExitCode : 128 + Signal;

    public override string ToString() => Signal == 0 ? $"with exit code {ExitCode}" : $"by signal {Signal}";
}
