using Scailfin.Core.Accounts;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>
/// Touches files of a workspace with the rights of its owner and no others: a service that runs as root must not follow a link
/// that a step left there, and what it makes must belong to the owner. Linux keeps these rights per thread, so everything happens on one.
/// </summary>
public static partial class WorkspaceOwner
{
    /// <summary>
    /// Checks that root's service may act in a workspace as this account: null if it may, else the problem. The workspace of an owner's own
    /// account belongs to that; one account for all jobs may use anybody's but root's.
    /// </summary>
    /// <param name="workspace">The workspace's path.</param>
    /// <param name="account">The login name; empty for the service's own user.</param>
    /// <param name="isOwners">Whether the account is the job's owner's own.</param>
    /// <exception cref="IOException">The workspace cannot be looked at, or the machine does not know the account now.</exception>
    public static string? Problem(string workspace, string account, bool isOwners)
    {
        if (account.Length == 0 || !Environment.IsPrivilegedProcess)
            return null;
        uint owner = PathOwner.Of(workspace).User;
        Login? login = isOwners ? Login.Find(account) ?? throw new IOException(
            $"This machine does not know the account '{account}' now, which is to submit the job.") : null;
        bool isAllowed = login is null ? owner != 0 : owner == login.User;
        return isAllowed
            ? null
            : $"The workspace '{workspace}' belongs to {Login.NameOf(owner) ?? $"user {owner}"}, but '{account}' submits the job "
                + "and has to own it: chown it.";
    }

    /// <summary>Runs the action on a thread of the pool.</summary>
    public static Task<T> DoAsync<T>(string workspace, Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Do(workspace, work), cancellationToken);

    /// <summary>Runs the action on this thread; it must not change threads.</summary>
    public static T Do<T>(string workspace, Func<T> work)
    {
        if (!Environment.IsPrivilegedProcess)
            return work();
        (uint user, uint group) = PathOwner.Of(workspace);
        if (user == 0)
            return work();
        using var rights = new ThreadRights(user, group);
        return work();
    }
}
