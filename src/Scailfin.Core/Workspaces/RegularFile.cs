using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>
/// Opens a file that somebody else may have put there. Opening a pipe would wait for its other end for ever, and a device has no end.
/// </summary>
public static class RegularFile
{
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int SizeOffset = 40;
    private const int TypeMask = 0xF000;

    /// <summary>Opens a regular file for reading, without blocking. Links are followed.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="NotARegularFileException">Something else lies at the path.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">A right is missing.</exception>
    public static SafeFileHandle Open(string path) =>
        Open(path, 0) ?? throw new FileNotFoundException($"'{path}' cannot be opened: there is no such file.", path);

    /// <summary>Opens a regular file for reading, without blocking; null if it does not exist. A link is not followed.</summary>
    /// <exception cref="NotARegularFileException">Something else lies at the path.</exception>
    /// <exception cref="IOException">The file cannot be opened, so it is not known whether it exists.</exception>
    /// <exception cref="UnauthorizedAccessException">A right is missing.</exception>
    public static SafeFileHandle? OpenUnlinked(string path) => Open(path, NoFollow);

    /// <summary>Reads at most so many bytes from the beginning of a file; null if it does not exist. A link is not followed.</summary>
    /// <inheritdoc cref="OpenUnlinked"/>
    public static ReadOnlyMemory<byte>? ReadHead(string path, int count)
    {
        using SafeFileHandle? file = OpenUnlinked(path);
        if (file is null)
            return null; // in a conditional expression it would be converted to empty memory
        return ReadAt(file, 0, (int)Math.Min(count, LengthOf(file)));
    }

    /// <summary>Returns the length of an open file.</summary>
    /// <exception cref="IOException">The file cannot be looked at.</exception>
    public static long LengthOf(SafeFileHandle file)
    {
        Span<byte> status = stackalloc byte[256];
        return SysStatx((int)file.DangerousGetHandle(), [0], OfDescriptor, BasicStatus, status) == 0
            ? MemoryMarshal.Read<long>(status[SizeOffset..])
            : throw Failure(file, Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads bytes of an open file: as many as asked for, or all that there are.</summary>
    /// <remarks>The calls of .NET take a file of which one look failed for a pipe, and read it from where it stands.</remarks>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ReadOnlyMemory<byte> ReadAt(SafeFileHandle file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        int length = 0;
        while (length < count && Read(file, bytes.AsSpan(length), offset + length) is > 0 and var read)
            length += read;
        return bytes.AsMemory(0, length);
    }

    internal static int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        nint read = SysReadAt((int)file.DangerousGetHandle(), bytes, bytes.Length, offset);
        return read >= 0 ? (int)read : throw Failure(file, Marshal.GetLastPInvokeError());
    }

    private static IOException Failure(SafeFileHandle file, int error)
    {
        string? path = new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget;
        return new($"'{path}' cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    private static SafeFileHandle? Open(string path, int flags)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        int descriptor = SysOpenAt(CurrentDirectory, name, flags | NonBlocking | CloseOnExec | NoTerminal, 0);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is NotFound or NotADirectory ? null : throw Failure(path, error);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            Span<byte> status = stackalloc byte[256];
            if (SysStatx(descriptor, [0], OfDescriptor, TypeOnly, status) != 0)
                throw Failure(path, Marshal.GetLastPInvokeError());
            string? other = (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) switch
            {
                0x8000 => null,
                0x1000 => "a pipe",
                0x4000 => "a directory",
                0xC000 => "a socket",
                _ => "a device",
            };
            return other is null ? file : throw new NotARegularFileException(path, other);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all of a regular file of at most so many bytes.</summary>
    /// <exception cref="InvalidDataException">The file is longer.</exception>
    /// <inheritdoc cref="Open(string)"/>
    public static byte[] ReadAll(string path, int longest)
    {
        using SafeFileHandle file = Open(path);
        byte[] bytes = new byte[Math.Min(LengthOf(file), longest) + 1];
        int length = 0;

        // It may grow meanwhile: its end is where a read brings nothing.
        while (Read(file, bytes.AsSpan(length), length) is > 0 and var count)
        {
            length += count;
            if (length > longest)
                throw new InvalidDataException($"longer than {longest} bytes");
            if (length == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(2L * length, longest + 1L));
        }

        return bytes[..length];
    }

    private static Exception Failure(string path, int error)
    {
        string message = $"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NotPermitted or NoPermission => new UnauthorizedAccessException(message),
            TooManyLinks => new NotARegularFileException(path, "a link"),

            // A socket, or a device without a driver, cannot be opened at all.
            6 => new NotARegularFileException(path, "a socket or a device"),
            _ => new IOException(message),
        };
    }
}

/// <summary>A pipe, a socket, a device or a directory lies where a regular file is expected.</summary>
public sealed class NotARegularFileException(string path, string kind) : IOException($"'{path}' is {kind}, but must be a regular file.");
