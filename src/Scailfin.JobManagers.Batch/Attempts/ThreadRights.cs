using System.Runtime.InteropServices;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>
/// The rights of a user on files, and no others, for this thread of a service that runs as root; the former ones come back in the end.
/// </summary>
/// <remarks>
/// The C library changes the groups of all threads at once, the kernel those of one: so the kernel is called. Groups are dropped because
/// root's open what root's group may read.
/// </remarks>
internal sealed partial class ThreadRights : IDisposable
{
    private const uint Unchanged = uint.MaxValue;

    private readonly uint _user = SetFileSystemUser(Unchanged);
    private readonly uint _group = SetFileSystemGroup(Unchanged);
    private readonly uint[] _groups = Groups();

    /// <param name="user">The user.</param>
    /// <param name="group">His group.</param>
    /// <param name="groups">His further groups.</param>
    /// <exception cref="IOException">The service may not take the rights of a user, so nothing was done.</exception>
    public ThreadRights(uint user, uint group, params uint[] groups)
    {
        if (Take(user, group, groups))
            return;
        Dispose();
        throw new IOException($"The service runs as root, but may not take the rights of user {user}: it lacks SETUID or SETGID.");
    }

    private static nint SetGroupsNumber => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? 159 : 116;

    /// <summary>A thread that kept a user's rights would do the service's own work with them: the service ends instead.</summary>
    public void Dispose()
    {
        if (!Take(_user, _group, _groups))
            Environment.FailFast("A thread cannot take its own rights on files back.");
    }

    private static bool Take(uint user, uint group, uint[] groups)
    {
        bool grouped = (groups.Length == 0 && Groups().Length == 0) || SystemCall(SetGroupsNumber, groups.Length, groups) == 0;

        // These two return what was before, also if they fail.
        _ = SetFileSystemGroup(group);
        _ = SetFileSystemUser(user);
        return grouped && SetFileSystemGroup(Unchanged) == group && SetFileSystemUser(Unchanged) == user;
    }

    private static uint[] Groups()
    {
        uint[] groups = new uint[Math.Max(0, GetGroups(0, null))];
        return groups.Length == 0 || GetGroups(groups.Length, groups) == groups.Length
            ? groups
            : throw new IOException($"The groups of this thread cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial uint SetFileSystemGroup(uint group);

    [LibraryImport("libc", EntryPoint = "getgroups", SetLastError = true)]
    private static partial int GetGroups(int size, uint[]? groups);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint count, uint[] groups);
}
