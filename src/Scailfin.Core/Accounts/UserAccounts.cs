namespace Scailfin.Core.Accounts;

/// <summary>Which login of this machine a user of the service is: <c>accounts</c> of the backends file.</summary>
public sealed class UserAccounts
{
    /// <summary>Stands for every user without an entry of his own.</summary>
    public const string Everyone = "*";

    /// <summary>Stands for the login of the user's own name.</summary>
    public const string SameName = "{user}";

    private readonly IReadOnlyDictionary<string, string> _logins;

    /// <param name="logins">
    /// From user to login name (<see cref="Login.IsName"/>); <see cref="Everyone"/> and <see cref="SameName"/> are allowed.
    /// </param>
    public UserAccounts(IReadOnlyDictionary<string, string> logins)
    {
        _logins = logins;
    }

    /// <summary>No user is anybody here.</summary>
    public static UserAccounts None { get; } = new(new Dictionary<string, string>());

    /// <summary>The login name of a user; null if there is no entry, or the user's own name is no login name.</summary>
    public string? LoginOf(string user)
    {
        if ((_logins.GetValueOrDefault(user) ?? _logins.GetValueOrDefault(Everyone)) is not { } login)
            return null;
        return login != SameName ? login : Login.IsName(user) ? user : null;
    }
}
