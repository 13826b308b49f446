using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scailfin.JobWrapper.Receipts;

/// <summary>
/// Reads files that another user may have replaced: a link, a pipe or a device under the name is refused by the system call itself.
/// </summary>
internal static partial class UnlinkedFile
{
    // Linux constants; all but O_NOFOLLOW have the same value on x86-64 and arm64.
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NotFound = 2;
    private const int NotADirectory = 20;
    private const int TooManyLinks = 40;

    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Reads a file; null if it does not exist.</summary>
    /// <exception cref="FormatException">The path is not a plain file, or the file is longer than the limit.</exception>
    /// <exception cref="IOException">The file cannot be opened or read, so it is not known whether it exists.</exception>
    public static ReadOnlyMemory<byte>? Read(string path, int limit)
    {
        ReadOnlyMemory<byte>? content = ReadHead(path, limit + 1);
        return content?.Length > limit ? throw new FormatException($"{path} is longer than {limit} bytes.") : content;
    }

    /// <summary>Reads at most <paramref name="count"/> bytes from the beginning of a file; null if it does not exist.</summary>
    /// <exception cref="FormatException">The path is not a plain file.</exception>
    /// <exception cref="IOException">The file cannot be opened or read, so it is not known whether it exists.</exception>
    public static ReadOnlyMemory<byte>? ReadHead(string path, int count)
    {
        int descriptor = Open(path, NonBlocking | CloseOnExec | NoFollow, 0);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error switch
            {
                NotFound or NotADirectory => null,
                TooManyLinks => throw new FormatException($"{path} is a link, not a plain file."),
                _ => throw new IOException($"{path} cannot be opened: {new Win32Exception(error).Message}."),
            };
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            using var file = new FileStream(handle, FileAccess.Read);
            if (!file.CanSeek)
                throw new FormatException($"{path} is not a plain file.");
            byte[] bytes = new byte[count];
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes.AsMemory(0, read);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or ArgumentException)
        {
            // The path is a directory, or something else that cannot be opened as a file stream.
            throw new FormatException($"{path} is not a plain file: {exception.Message}", exception);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);
}
