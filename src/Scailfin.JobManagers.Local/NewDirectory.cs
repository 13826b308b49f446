using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Local;

/// <summary>Calls mkdir(2), which .NET does not offer: it reports whether this call made the directory.</summary>
internal static partial class NewDirectory
{
    private const int AlreadyExists = 17;
    private const uint OnlyOwner = 0x1C0;

    /// <summary>Makes a directory; false if it exists already.</summary>
    /// <exception cref="IOException">The directory could not be created.</exception>
    public static bool TryMake(string path)
    {
        if (MakeDirectory(path, OnlyOwner) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists
            ? false
            : throw new IOException($"The directory {path} cannot be made: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);
}
