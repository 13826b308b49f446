using System.Text.RegularExpressions;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>In whose name jobs are submitted.</summary>
/// <param name="Login">Empty for the service's own user.</param>
internal sealed partial record Submitter(string Login)
{
    /// <summary>Option <c>user</c>: every job is submitted by its owner.</summary>
    public const string OwnerMark = "{owner}";

    /// <summary>A login name that may submit: never root's, nothing that a command could take for an option or a path.</summary>
    public static bool IsLogin(string text) => text != "root" && LoginName().IsMatch(text);

    /// <summary>Null where the job's owner cannot be one.</summary>
    public static Submitter? Of(Attempt attempt, HTCondorOptions options)
    {
        string login = options.User == OwnerMark ? attempt.Owner : options.User;
        return login.Length == 0 && options.User.Length == 0 ? new Submitter("") : IsLogin(login) ? new Submitter(login) : null;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_.-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginName();
}
