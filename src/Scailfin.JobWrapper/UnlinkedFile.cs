using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scailfin.JobWrapper;

/// <summary>
/// Reads files that somebody else may have exchanged: a link, a pipe or a device under the name is refused by the system call itself.
/// </summary>
internal static partial class UnlinkedFile
{
    // Linux, the same on x86-64 and arm64 but for O_NOFOLLOW.
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NotFound = 2;

    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Null where there is no such file.</summary>
    /// <exception cref="FormatException">It is no plain file, longer than the limit, or cannot be opened.</exception>
    public static ReadOnlyMemory<byte>? Read(string path, int limit)
    {
        int descriptor = Open(path, NonBlocking | CloseOnExec | NoFollow, 0);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == NotFound
                ? null
                : throw new FormatException($"{path} cannot be opened, or is a link: {new Win32Exception(error).Message}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            using var file = new FileStream(handle, FileAccess.Read);
            if (!file.CanSeek || file.Length > limit)
                throw new FormatException($"{path} is no plain file, or longer than {limit} bytes.");
            byte[] bytes = new byte[limit + 1];
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read > limit ? throw new FormatException($"{path} is longer than {limit} bytes.") : bytes.AsMemory(0, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);
}
