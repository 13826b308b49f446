using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Scailfin.JobController.Access;

/// <summary>
/// Checks tokens that an identity provider has signed (JSON Web Tokens, RFC 7519). Issuer, audience and expiry must be there.
/// </summary>
internal sealed class SignedTokens
{
    private const int Longest = 16 << 10;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Asymmetric ones only: with HMAC, anyone who knows the public key could sign (RFC 8725, section 2.1).</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JwtSettings _settings;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = Longest };
    private readonly TokenValidationParameters _rules;
    private readonly RefusedTokens _refused;

    public SignedTokens(JwtSettings settings, TimeProvider time, ILogger<SignedTokens> logger)
    {
        _settings = settings;
        _time = time;
        _refused = new RefusedTokens(time, logger);
        var keys = new SigningKeys(settings.KeysFile, time, logger);
        _rules = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id),
            LifetimeValidator = CheckLifetime,
        };
    }

    public async Task<TokenVerdict> CheckAsync(string token)
    {
        TokenVerdict verdict = await JudgeAsync(token);
        if (!verdict.IsAllowed)
            _refused.Log(verdict.Reason);
        return verdict;
    }

    private async Task<TokenVerdict> JudgeAsync(string token)
    {
        if (token.Length > Longest)
            return TokenVerdict.Refuse($"The token is longer than {Longest} characters.");
        try
        {
            if (SignedTokenForm.Problem(token) is { } problem)
                return TokenVerdict.Refuse(problem);
            TokenValidationResult result = await _handler.ValidateTokenAsync(token, _rules);
            return result.IsValid ? Read((JsonWebToken)result.SecurityToken) : TokenVerdict.Refuse(Reason(result.Exception));
        }
        catch (Exception exception) when (
            exception is SecurityTokenException or ArgumentException or FormatException or JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text in the token has half of a surrogate pair.
            return TokenVerdict.Refuse(Reason(exception));
        }
    }

    private TokenVerdict Read(JsonWebToken token)
    {
        using JsonDocument claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        if (!claims.RootElement.TryGetProperty(_settings.UserClaim, out JsonElement name) || name.ValueKind != JsonValueKind.String)
            return TokenVerdict.Refuse($"The token does not name its user (claim {_settings.UserClaim}).");
        string user = name.GetString()!;
        bool administrator = _settings.AdministratorClaim is { } claim
            && claims.RootElement.TryGetProperty(claim, out JsonElement groups)
            && Has(groups, _settings.AdministratorValue!);
        return !UserName.IsValid(user) || UserName.IsReserved(user, administrator)
            ? TokenVerdict.Refuse($"The token's user (claim {_settings.UserClaim}) cannot be one here: "
                + $"a name is {UserName.Rule}, and not {AdministratorToken.UserName}.")
            : TokenVerdict.Allow(new Caller(user, administrator));
    }

    /// <summary>A text, or a list of texts.</summary>
    private static bool Has(JsonElement claim, string value) => claim.ValueKind switch
    {
        JsonValueKind.String => claim.ValueEquals(value),
        JsonValueKind.Array => claim.EnumerateArray().Any(member => member.ValueKind == JsonValueKind.String && member.ValueEquals(value)),
        _ => false,
    };

    /// <summary>Checks the token's lifetime as the library does by default, with our clock.</summary>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        if (expires is null)
            throw new SecurityTokenNoExpirationException();
        if (notBefore > now + Skew)
            throw new SecurityTokenNotYetValidException();
        return expires > now - Skew ? true : throw new SecurityTokenExpiredException();
    }

    /// <summary>The library's own texts may quote the token.</summary>
    private static string Reason(Exception exception) => exception switch
    {
        SecurityTokenNoExpirationException => "The token has no expiry (claim exp).",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenInvalidIssuerException => "The token's issuer (claim iss) is not the one that is trusted here.",
        SecurityTokenInvalidAudienceException => "The token is not for this service (claim aud).",
        SecurityTokenInvalidAlgorithmException => "The token is signed with an algorithm that is not accepted here.",
        SecurityTokenInvalidSignatureException => "The token is not signed with a key that is trusted here.",
        _ => "The token is not valid.",
    };
}
