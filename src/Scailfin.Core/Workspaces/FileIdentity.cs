using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>The identity of a file on this machine: a name leads to another one once its file was removed or replaced.</summary>
/// <param name="Inode">The number of the file in its file system.</param>
/// <param name="Major">The file system's device, major number.</param>
/// <param name="Minor">The file system's device, minor number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileIdentity(ulong Inode, uint Major, uint Minor)
{
    /// <summary>Returns the identity of the file at a path; null if there is none. A link is not followed.</summary>
    /// <exception cref="IOException">The path cannot be examined.</exception>
    public static FileIdentity? Of(string path) => Look(CurrentDirectory, RawName.Bytes(RawName.Of(path) + '\0'), LookNoFollow, path);

    /// <summary>Returns the identity of an open file.</summary>
    /// <exception cref="IOException">The file cannot be examined.</exception>
    public static FileIdentity? Of(SafeFileHandle file) => Look((int)file.DangerousGetHandle(), [0], OfDescriptor, "The open file");

    private static FileIdentity? Look(int directory, byte[] name, int flags, string what)
    {
        Span<byte> status = stackalloc byte[256];
        if (SysStatx(directory, name, flags, BasicStatus, status) == 0)
        {
            return new FileIdentity(
                MemoryMarshal.Read<ulong>(status[32..]), MemoryMarshal.Read<uint>(status[136..]), MemoryMarshal.Read<uint>(status[140..]));
        }

        int error = Marshal.GetLastPInvokeError();
        return error is NotFound or NotADirectory
            ? null
            : throw new IOException($"'{what}' cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}.");
    }
}
