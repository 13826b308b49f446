using System.Runtime.InteropServices;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>
/// Touches files of a workspace with the rights of its owner and no others: a service that runs as root must not follow a link
/// that a step left there, and what it makes must belong to the owner. Linux keeps these rights per thread, so everything happens on one.
/// </summary>
public static partial class WorkspaceOwner
{
    /// <summary>
    /// Whether this service and the workspace's owner are both root: no account that may submit can then use files created there.
    /// </summary>
    public static bool IsOnlyRoot(string workspace) => EffectiveUser() == 0 && PathOwner.Of(workspace).User == 0;

    /// <summary>Runs the action on a thread of the pool.</summary>
    public static Task<T> DoAsync<T>(string workspace, Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Do(workspace, work), cancellationToken);

    /// <summary>Runs the action on this thread; it must not change threads.</summary>
    public static T Do<T>(string workspace, Func<T> work)
    {
        if (EffectiveUser() != 0)
            return work();
        (uint user, uint group) = PathOwner.Of(workspace);
        if (user == 0)
            return work();
        using var rights = new ThreadRights(user, group);
        return work();
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
