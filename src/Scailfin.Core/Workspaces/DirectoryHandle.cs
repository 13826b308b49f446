using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>The kind of a file.</summary>
public enum FileKind
{
    /// <summary>A plain file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device.</summary>
    Other,
}

/// <summary>The status of a file; a link is not followed.</summary>
/// <param name="Kind">The kind of the entry.</param>
/// <param name="Size">The size in bytes; of a link, the length of its target.</param>
/// <param name="ModifiedAt">The modification time, in ticks of 100 ns, UTC.</param>
/// <param name="Mode">Permissions.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStatus(FileKind Kind, long Size, long ModifiedAt, UnixFileMode Mode);

/// <summary>
/// A directory that is held open. What lies in it is reached from the descriptor by one raw name (<see cref="RawName"/>), and no link is
/// followed: a program that replaces a directory on the path meanwhile has no effect. Failures are <see cref="IOException"/>s, and
/// <see cref="UnauthorizedAccessException"/> if a permission is missing.
/// </summary>
public sealed class DirectoryHandle : IDisposable
{
    private readonly SafeFileHandle _handle;

    private DirectoryHandle(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens a directory by its path.</summary>
    public static DirectoryHandle Open(string path)
    {
        int descriptor = SysOpenAt(CurrentDirectory, RawName.Bytes(RawName.Of(path) + '\0'), DirectoryOnly | CloseOnExec, 0);
        return descriptor >= 0 ? new DirectoryHandle(new SafeFileHandle(descriptor, ownsHandle: true)) : throw Failure(path, "opened");
    }

    /// <summary>The path of this directory without links, as it is now.</summary>
    /// <exception cref="IOException">The kernel does not report the path.</exception>
    public string RealPath =>
        new FileInfo($"/proc/self/fd/{Descriptor}").LinkTarget ?? throw new IOException("The path of an open directory is not known.");

    /// <summary>Opens a directory in this one; null if it does not exist.</summary>
    /// <exception cref="NotADirectoryException">The entry is a link or a file.</exception>
    public DirectoryHandle? Enter(string name)
    {
        int descriptor = SysOpenAt(Descriptor, Name(name), DirectoryOnly | NoFollow | CloseOnExec, 0);
        if (descriptor >= 0)
            return new DirectoryHandle(new SafeFileHandle(descriptor, ownsHandle: true));
        return Marshal.GetLastPInvokeError() switch
        {
            NotFound => null,
            NotADirectory or TooManyLinks => throw new NotADirectoryException(RawName.Show(name)),
            _ => throw Failure(name, "opened"),
        };
    }

    /// <summary>Opens a directory in this one, and creates it if it does not exist.</summary>
    /// <exception cref="NotADirectoryException">The entry is a link or a file.</exception>
    public DirectoryHandle EnterOrMake(string name, UnixFileMode mode)
    {
        if (Enter(name) is { } there)
            return there;
        if (SysMakeDirectoryAt(Descriptor, Name(name), (uint)mode) != 0 && Marshal.GetLastPInvokeError() != AlreadyExists)
            throw Failure(name, "made");
        return Enter(name) ?? throw Failure(name, "opened");
    }

    /// <summary>Returns the entry of a name; null if there is none.</summary>
    public FileStatus? Look(string name)
    {
        Span<byte> status = stackalloc byte[256];
        if (SysStatx(Descriptor, Name(name), LookNoFollow, BasicStatus, status) != 0)
            return Marshal.GetLastPInvokeError() == NotFound ? null : throw Failure(name, "looked at");
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(status[28..]);
        long size = BinaryPrimitives.ReadInt64LittleEndian(status[40..]);
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(status[112..]);
        uint nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(status[120..]);
        long ticks = DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100);
        return new FileStatus(KindOf(mode), size, ticks, (UnixFileMode)(mode & 0xFFF));
    }

    /// <summary>Holds an entry, or this directory itself (<c>.</c>).</summary>
    internal DirectoryEntry Hold(string name) => new(Descriptor, name, $"'{RawName.Show(name)}'");

    /// <summary>The names in this directory, in no order; without itself and its parent.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        byte[] buffer = new byte[32 << 10];

        // Open a second descriptor, because listing moves the descriptor's read position.
        using var again = new SafeFileHandle(SysOpenAt(Descriptor, Name("."), DirectoryOnly | CloseOnExec, 0), ownsHandle: true);
        ThrowUnless(!again.IsInvalid, ".", "listed");
        int read;
        while ((read = SysReadDirectory((int)again.DangerousGetHandle(), buffer, buffer.Length)) > 0)
        {
            for (int at = 0; at < read; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16)))
            {
                ReadOnlySpan<byte> name = buffer.AsSpan(at + 19);
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    names.Add(RawName.Of(name));
            }
        }

        return read == 0 ? names : throw Failure(".", "listed");
    }

    /// <summary>Opens a plain file for reading; null if it does not exist or is not a plain file.</summary>
    public PlainFileStream? OpenFile(string name)
    {
        if (Look(name) is not { Kind: FileKind.File })
            return null;
        int descriptor = SysOpenAt(Descriptor, Name(name), NoFollow | NonBlocking | CloseOnExec, 0);
        return descriptor >= 0
            ? new PlainFileStream(new SafeFileHandle(descriptor, ownsHandle: true))
            : Marshal.GetLastPInvokeError() is NotFound or TooManyLinks ? null : throw Failure(name, "opened");
    }

    /// <summary>Creates a new file with mode 0600. If writing fails, as on a full disk, the file is removed.</summary>
    public void MakeFile(string name, Action<FileStream> write)
    {
        int descriptor = SysOpenAt(Descriptor, Name(name), WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, OnlyMine);
        ThrowUnless(descriptor >= 0, name, "made");
        try
        {
            using var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, 1 << 16);
            write(file);
        }
        catch (Exception exception)
        {
            _ = SysUnlinkAt(Descriptor, Name(name), 0);

            // Of a write through the descriptor, .NET knows the error and not the file.
            if (exception is IOException { HResult: > 0 } or UnauthorizedAccessException { InnerException: IOException })
                throw new IOException($"'{RawName.Show(name)}' cannot be written: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>Makes a link.</summary>
    public void MakeLink(string name, string target) =>
        ThrowUnless(SysLinkAt(Name(target), Descriptor, Name(name)) == 0, name, "made");

    /// <summary>The target of a link, raw.</summary>
    public string ReadLink(string name)
    {
        byte[] target = new byte[4096];
        nint length = SysReadLinkAt(Descriptor, Name(name), target, target.Length);
        return length >= 0 ? RawName.Of(target.AsSpan(0, (int)length)) : throw Failure(name, "read");
    }

    /// <summary>Moves a file to another directory and replaces a file of that name.</summary>
    public void Move(string name, DirectoryHandle target, string targetName) =>
        ThrowUnless(SysRenameAt(Descriptor, Name(name), target.Descriptor, Name(targetName)) == 0, targetName, "written");

    /// <summary>Makes the names in this directory durable.</summary>
    public void Sync() => ThrowUnless(SysSync(Descriptor) == 0, ".", "made durable");

    /// <summary>Removes a file or link; nothing is fine.</summary>
    public void Remove(string name) =>
        ThrowUnless(SysUnlinkAt(Descriptor, Name(name), 0) == 0 || Marshal.GetLastPInvokeError() == NotFound, name, "removed");

    /// <summary>Removes a directory with its content, whatever the names are; does nothing if it does not exist.</summary>
    public void RemoveAll(string name)
    {
        using (DirectoryHandle? inner = Enter(name))
        {
            if (inner is null)
                return;
            foreach (string one in inner.Names())
            {
                if (inner.Look(one) is { Kind: FileKind.Directory })
                    inner.RemoveAll(one);
                else
                    inner.Remove(one);
            }
        }

        ThrowUnless(
            SysUnlinkAt(Descriptor, Name(name), RemoveDirectory) == 0 || Marshal.GetLastPInvokeError() == NotFound, name, "removed");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Converts a name to bytes for the operating system.</summary>
    private static byte[] Name(string raw) => Encoding.Latin1.GetBytes(raw + '\0');

    private static void ThrowUnless(bool done, string name, string what)
    {
        if (!done)
            throw Failure(name, what);
    }

    private static Exception Failure(string name, string what)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"'{RawName.Show(name)}' cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error is NoPermission or NotPermitted ? new UnauthorizedAccessException(message) : new IOException(message);
    }
}

/// <summary>Thrown if the path of a directory is something else.</summary>
public sealed class NotADirectoryException(string name) : IOException($"'{name}' is not a directory.");
