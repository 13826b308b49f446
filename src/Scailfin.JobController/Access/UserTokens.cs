using System.Security.Cryptography;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>
/// The users' tokens, as the command line left them at most a second ago. While users.json cannot be read, no user token is accepted.
/// </summary>
internal sealed class UserTokens(DataDirectory data, TimeProvider time, ILogger<UserTokens> logger)
{
    private readonly WatchedFile<IReadOnlyList<UserToken>> _file = new(
        data.UsersFile, UserFileFormat.Read, [], _ => [], optional: true, time, logger);

    /// <summary>Compares with all tokens, so that the time discloses nothing. Null where the token is unknown.</summary>
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
