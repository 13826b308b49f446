using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>rename(2): the framework's own move follows a link to see whether it leads somewhere, and refuses one that does not.</summary>
internal static partial class AtomicMove
{
    /// <exception cref="IOException">It could not be moved.</exception>
    public static void Over(string source, string target)
    {
        if (Rename(source, target) != 0)
            throw new IOException($"'{target}' cannot be written: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string source, string target);
}
