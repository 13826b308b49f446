using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>
/// Touches files of a workspace with the rights of its owner and no others: a service that runs as root must not follow a link
/// that a step left there, and what it makes must belong to the owner. Linux keeps these rights per thread, so everything happens on one.
/// </summary>
public static partial class WorkspaceOwner
{
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int UidOffset = 20;
    private const int GidOffset = 24;

    /// <summary>
    /// Whether this service and the workspace's owner are both root: no account that may submit can then use files created there.
    /// </summary>
    public static bool IsOnlyRoot(string workspace) => EffectiveUser() == 0 && OwnerOf(workspace).User == 0;

    /// <summary>Runs the action on a thread of the pool.</summary>
    public static Task<T> DoAsync<T>(string workspace, Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Do(workspace, work), cancellationToken);

    /// <summary>Runs the action on this thread; it must not change threads.</summary>
    public static T Do<T>(string workspace, Func<T> work)
    {
        if (EffectiveUser() != 0)
            return work();
        (uint user, uint group) = OwnerOf(workspace);
        if (user == 0)
            return work();
        int formerGroup = SetFileSystemGroup(group);
        int formerUser = SetFileSystemUser(user);
        try
        {
            return work();
        }
        finally
        {
            _ = SetFileSystemUser((uint)formerUser);
            _ = SetFileSystemGroup((uint)formerGroup);
        }
    }

    private static (uint User, uint Group) OwnerOf(string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (Statx(CurrentDirectory, path, 0, BasicStats, status) != 0)
            throw new IOException(
                $"The workspace {path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        return (MemoryMarshal.Read<uint>(status[UidOffset..]), MemoryMarshal.Read<uint>(status[GidOffset..]));
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetFileSystemGroup(uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
