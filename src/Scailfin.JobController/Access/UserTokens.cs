using System.Security.Cryptography;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>
/// The users' tokens, as the command line left them at most a second ago. While users.json cannot be read, nobody has one.
/// </summary>
internal sealed class UserTokens(DataDirectory data, TimeProvider time, ILogger<UserTokens> logger)
{
    private readonly WatchedFile<IReadOnlyList<UserToken>> _file = new(
        data.UsersFile, UserFileFormat.Read, [], _ => [], optional: true, time, logger);

    /// <summary>Looks at all of them, whichever it is: the time it takes says nothing. Null where nobody has it.</summary>
    public TokenVerdict? Check(ReadOnlySpan<byte> digest)
    {
        UserToken? found = null;
        foreach (UserToken token in _file.Value)
        {
            if (CryptographicOperations.FixedTimeEquals(token.Digest.Span, digest))
                found = token;
        }

        if (found is null)
            return null;
        return found.IsExpired(time.GetUtcNow())
            ? TokenVerdict.Refuse("The token has expired; the administrator makes another with 'scailfin tokens create'.")
            : TokenVerdict.Allow(new Caller(found.User, found.IsAdministrator));
    }
}
