using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>One file, directory or link that is held by a descriptor: whatever takes its name meanwhile is not meant.</summary>
internal sealed class DirectoryEntry : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _shown;

    /// <param name="directory">The directory's descriptor, or <see cref="CurrentDirectory"/>.</param>
    /// <param name="name">The name in it, raw (<see cref="RawName"/>); or an absolute path.</param>
    /// <param name="shown">What a failure is about.</param>
    /// <exception cref="IOException">It does not exist, or cannot be looked at.</exception>
    public DirectoryEntry(int directory, string name, string shown)
    {
        _shown = shown;
        int descriptor = SysOpenAt(directory, RawName.Bytes(name + '\0'), PathOnly | NoFollow | CloseOnExec, 0);
        if (descriptor < 0)
            throw Failure("looked at");
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> status = stackalloc byte[256];
        if (SysStatx(descriptor, [0], OfDescriptor, BasicStatus | MountStatus, status) != 0)
            throw Failure("looked at");
        Names = BinaryPrimitives.ReadUInt32LittleEndian(status[16..]);
        Owner = BinaryPrimitives.ReadUInt32LittleEndian(status[20..]);
        Group = BinaryPrimitives.ReadUInt32LittleEndian(status[24..]);
        Kind = KindOf(BinaryPrimitives.ReadUInt16LittleEndian(status[28..]));

        // A kernel before 5.8 does not know the mount, but the device.
        bool knowsMount = (BinaryPrimitives.ReadUInt32LittleEndian(status) & MountStatus) != 0;
        Mount = BinaryPrimitives.ReadUInt64LittleEndian(status[(knowsMount ? 144 : 136)..]);
    }

    public FileKind Kind { get; }

    /// <summary>The id of the user to whom it belongs.</summary>
    public uint Owner { get; }

    /// <summary>The id of its group.</summary>
    public uint Group { get; }

    /// <summary>How many names it has; of a directory, one more for each directory in it.</summary>
    public uint Names { get; }

    /// <summary>The mount that it lies in: equal for entries of the same one.</summary>
    public ulong Mount { get; }

    /// <summary>Opens an entry of this directory.</summary>
    /// <inheritdoc cref="DirectoryEntry(int, string, string)"/>
    public DirectoryEntry Hold(string name) => new(Descriptor, name, _shown);

    /// <summary>The target of this link, raw.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string Target()
    {
        byte[] target = new byte[4096];
        nint length = SysReadLinkAt(Descriptor, [0], target, target.Length);
        return length >= 0 ? RawName.Of(target.AsSpan(0, (int)length)) : throw Failure("looked at");
    }

    /// <summary>Gives it to another user.</summary>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void Give(uint user, uint group)
    {
        if (SysChangeOwnerAt(Descriptor, [0], user, group, OfDescriptor) != 0)
            throw Failure("given to another user");
    }

    public void Dispose() => _handle.Dispose();

    private int Descriptor => (int)_handle.DangerousGetHandle();

    private IOException Failure(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{_shown} cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }
}
