using Microsoft.Extensions.Primitives;

namespace Scailfin.JobController.Access;

/// <summary>Tells whose a token is: the administrator's, a user's, or one that an identity provider has signed.</summary>
internal sealed class Authenticator(AdministratorToken administrator, UserTokens users, SignedTokens? signed)
{
    private const string Scheme = "Bearer ";

    private const string None =
        "A token is needed: Authorization: Bearer TOKEN. The administrator's is in admin.token in the service's data directory; "
        + "he makes others with 'scailfin tokens create'.";

    public async ValueTask<TokenVerdict> CheckAsync(StringValues authorization)
    {
        if (authorization.Count != 1
            || authorization[0] is not { } header
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return TokenVerdict.Refuse(None);
        string token = header[Scheme.Length..].Trim();
        byte[] digest = AdministratorToken.Digest(token);
        if (administrator.Matches(digest))
            return TokenVerdict.Allow(new Caller(AdministratorToken.UserName, IsAdministrator: true));
        if (users.Check(digest) is { } verdict)
            return verdict;

        // Header, claims and signature (RFC 7515, section 7.1); our own tokens have no dots.
        return signed is not null && token.Count(letter => letter == '.') == 2
            ? await signed.CheckAsync(token)
            : TokenVerdict.Refuse("The token is not known here.");
    }
}
