using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HTCondor.Net.EventLogs;

/// <summary>
/// A user who may write to the log's directory can put a pipe in its place: opening that would wait for ever, and a device never ends.
/// </summary>
internal sealed partial class LogFile
{
    private const int ReadOnly = 0;
    private const int DoNotWait = 0x800;
    private const int CloseOnExecute = 0x80000;
    private const int TheDescriptorItself = 0x1000;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    private static SafeFileHandle? OpenUnlessSpecial(string path)
    {
        int descriptor = Open(path, ReadOnly | DoNotWait | CloseOnExecute);
        if (descriptor < 0)
            return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> status = stackalloc byte[256];
        if (Statx(descriptor, "", TheDescriptorItself, TypeOnly, status) == 0
            && (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) == Regular)
            return handle;
        handle.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
