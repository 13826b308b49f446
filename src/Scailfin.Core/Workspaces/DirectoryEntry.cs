using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>One file, directory or link that is held by a descriptor: whatever takes its name meanwhile is not meant.</summary>
internal sealed class DirectoryEntry : IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <exception cref="IOException">It does not exist, or cannot be looked at.</exception>
    public DirectoryEntry(int directory, byte[] name)
    {
        int descriptor = SysOpenAt(directory, name, PathOnly | NoFollow | CloseOnExec, 0);
        if (descriptor < 0)
            throw Failure("looked at");
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> status = stackalloc byte[256];
        if (SysStatx(descriptor, [0], OfDescriptor, BasicStatus, status) != 0)
            throw Failure("looked at");
        Names = BinaryPrimitives.ReadUInt32LittleEndian(status[16..]);
        Owner = BinaryPrimitives.ReadUInt32LittleEndian(status[20..]);
        Kind = KindOf(BinaryPrimitives.ReadUInt16LittleEndian(status[28..]));
    }

    public FileKind Kind { get; }

    /// <summary>The id of the user to whom it belongs.</summary>
    public uint Owner { get; }

    /// <summary>How many names it has; of a directory, one more for each directory in it.</summary>
    public uint Names { get; }

    /// <summary>Gives it to another user.</summary>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void Give(uint user, uint group)
    {
        if (SysChangeOwnerAt((int)_handle.DangerousGetHandle(), [0], user, group, OfDescriptor) != 0)
            throw Failure("given to another user");
    }

    public void Dispose() => _handle.Dispose();

    private static IOException Failure(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"A file in a workspace cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }
}
