using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Options;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>The account that submits jobs.</summary>
/// <param name="Login">The login name; empty for the service's own user.</param>
public sealed record Account(string Login)
{
    /// <summary>Option <c>user</c>: every job is submitted by its owner.</summary>
    public const string OwnerMark = "{owner}";

    /// <summary>
    /// Returns the account that submits an attempt; null if the job's owner has none. Root's service takes nobody's word for it: the
    /// owner's login is the one in <c>accounts</c>. Any other service acts with what the owner's token or its own rights allow.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="options">Options <c>user</c> and <c>accounts</c>.</param>
    public static Account? Of(Attempt attempt, BatchOptions options)
    {
        if (options.User != OwnerMark)
            return new Account(options.User);
        string? login = options.Accounts.LoginOf(attempt.Owner)
            ?? (Environment.IsPrivilegedProcess || !Core.Accounts.Login.IsName(attempt.Owner) ? null : attempt.Owner);
        return login is null ? null : new Account(login);
    }
}
