using System.Runtime.InteropServices;

namespace Scailfin.Core.Workspaces;

/// <content>The calls of the operating system: Linux, the numbers of x86-64 and arm64.</content>
public sealed partial class DirectoryHandle
{
    private const int CurrentDirectory = -100;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int LookNoFollow = 0x100;
    private const int RemoveDirectory = 0x200;
    private const uint BasicStatus = 0x7ff;
    private const uint OnlyMine = 0x180;

    private const int NotPermitted = 1;
    private const int NotFound = 2;
    private const int NoPermission = 13;
    private const int AlreadyExists = 17;
    private const int NotADirectory = 20;
    private const int TooManyLinks = 40;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    private static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static int Directory => IsArm ? 0x4000 : 0x10000;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int SysOpenAt(int directory, byte[] name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int SysMakeDirectoryAt(int directory, byte[] name, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int SysStatx(int directory, byte[] name, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial int SysReadDirectory(int directory, byte[] entries, int length);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static partial int SysLinkAt(byte[] target, int directory, byte[] name);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint SysReadLinkAt(int directory, byte[] name, byte[] target, nint length);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    private static partial int SysRenameAt(int directory, byte[] name, int targetDirectory, byte[] targetName);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int SysUnlinkAt(int directory, byte[] name, int flags);
}
