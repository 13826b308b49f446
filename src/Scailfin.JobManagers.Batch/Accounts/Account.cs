using System.Text.RegularExpressions;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Batch.Accounts;

/// <summary>The account that submits jobs.</summary>
/// <param name="Login">The login name; empty for the service's own user.</param>
public sealed partial record Account(string Login)
{
    /// <summary>Option <c>user</c>: every job is submitted by its owner.</summary>
    public const string OwnerMark = "{owner}";

    /// <summary>A login name that may submit: never root's, nothing that a command could take for an option or a path.</summary>
    public static bool IsLogin(string text) => text != "root" && LoginName().IsMatch(text);

    /// <summary>Returns the account that submits an attempt; null if the job's owner is not a valid login name.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="user">Option <c>user</c>.</param>
    public static Account? Of(Attempt attempt, string user)
    {
        string login = user == OwnerMark ? attempt.Owner : user;
        return user.Length == 0 ? new Account("") : IsLogin(login) ? new Account(login) : null;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_.-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginName();
}
