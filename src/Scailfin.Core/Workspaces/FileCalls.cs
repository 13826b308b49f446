using System.Runtime.InteropServices;

namespace Scailfin.Core.Workspaces;

/// <summary>The calls of the operating system on files: Linux, the numbers of x86-64 and arm64.</summary>
internal static partial class FileCalls
{
    public const int CurrentDirectory = -100;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public const int NoTerminal = 0x100;
    public const int LookNoFollow = 0x100;
    public const int OfDescriptor = 0x1000;
    public const int RemoveDirectory = 0x200;
    public const uint BasicStatus = 0x7ff;
    public const uint MountStatus = 0x1000;
    public const uint OnlyMine = 0x180;

    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int NoPermission = 13;
    public const int AlreadyExists = 17;
    public const int NotADirectory = 20;
    public const int TooManyLinks = 40;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int NoFollow => IsArm ? 0x8000 : 0x20000;

    public static int DirectoryOnly => IsArm ? 0x4000 : 0x10000;

    /// <summary>The kind that a file's mode has.</summary>
    public static FileKind KindOf(int mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Directory,
        0xA000 => FileKind.Link,
        _ => FileKind.Other,
    };

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static partial int SysChangeOwnerAt(int directory, byte[] name, uint user, uint group, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int SysOpenAt(int directory, byte[] name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int SysMakeDirectoryAt(int directory, byte[] name, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int SysStatx(int directory, byte[] name, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint SysReadAt(int file, Span<byte> bytes, nint length, long offset);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial int SysReadDirectory(int directory, byte[] entries, int length);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SysLinkAt(byte[] target, int directory, byte[] name);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint SysReadLinkAt(int directory, byte[] name, byte[] target, nint length);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int SysRenameAt(int directory, byte[] name, int targetDirectory, byte[] targetName);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int SysSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int SysUnlinkAt(int directory, byte[] name, int flags);
}
