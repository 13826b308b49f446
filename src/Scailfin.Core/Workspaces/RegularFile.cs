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
    private const int TypeMask = 0xF000;

    /// <summary>Opens a regular file for reading, without blocking. Links are followed.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="NotARegularFileException">Something else lies at the path.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">A right is missing.</exception>
    public static SafeFileHandle Open(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        int descriptor = SysOpenAt(CurrentDirectory, name, NonBlocking | CloseOnExec | NoTerminal, 0);
        if (descriptor < 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
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
        byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), longest) + 1];
        int length = 0;

        // It may grow meanwhile: its end is where a read brings nothing.
        while (RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var count)
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
            1 or 13 => new UnauthorizedAccessException(message),
            2 or 20 => new FileNotFoundException(message, path),

            // A socket, or a device without a driver, cannot be opened at all.
            6 => new NotARegularFileException(path, "a socket or a device"),
            _ => new IOException(message),
        };
    }
}

/// <summary>A pipe, a socket, a device or a directory lies where a regular file is expected.</summary>
public sealed class NotARegularFileException(string path, string kind) : IOException($"'{path}' is {kind}, but must be a regular file.");
