using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Whether a path is a regular file: opening a pipe instead would wait for ever.</summary>
internal static partial class PlainFile
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    public static bool Is(string path)
    {
        Span<byte> status = stackalloc byte[256];
        return Statx(CurrentDirectory, path, NoFollow, TypeOnly, status) == 0
            && (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
