using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>Settings for accepting tokens of an identity provider (JSON Web Tokens) beside our own.</summary>
internal sealed record JwtSettings
{
    public const string KeysVariable = "SCAILFIN_JWT_KEYS";

    private const string IssuerVariable = "SCAILFIN_JWT_ISSUER";
    private const string AudienceVariable = "SCAILFIN_JWT_AUDIENCE";
    private const string UserVariable = "SCAILFIN_JWT_USER_CLAIM";
    private const string ClaimVariable = "SCAILFIN_JWT_ADMIN_CLAIM";
    private const string ValueVariable = "SCAILFIN_JWT_ADMIN_VALUE";

    /// <summary><c>SCAILFIN_JWT_ISSUER</c>: compared exactly with <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>SCAILFIN_JWT_AUDIENCE</c>: one of <c>aud</c>.</summary>
    public required string Audience { get; init; }

    /// <summary><c>SCAILFIN_JWT_KEYS</c>: a JSON Web Key Set.</summary>
    public required string KeysFile { get; init; }

    /// <summary><c>SCAILFIN_JWT_USER_CLAIM</c>.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary><c>SCAILFIN_JWT_ADMIN_CLAIM</c>; null where no signed token is an administrator's.</summary>
    public string? AdministratorClaim { get; init; }

    /// <summary><c>SCAILFIN_JWT_ADMIN_VALUE</c>: what that claim is, or has in its list; null as above.</summary>
    public string? AdministratorValue { get; init; }

    /// <summary>Reads the settings; null where no signed token is accepted. A sidecar asks for no token at all.</summary>
    public static JwtSettings? Read(SettingsReader reader, ServiceMode mode)
    {
        string? issuer = reader.Optional(IssuerVariable);
        string? audience = reader.Optional(AudienceVariable);
        string? keys = reader.Optional(KeysVariable, Path.IsPathFullyQualified, "an absolute path");
        string user = reader.Text(UserVariable, "sub");
        string? claim = reader.Optional(ClaimVariable);
        string? value = reader.Optional(ValueVariable);
        if (mode == ServiceMode.Sidecar)
        {
            if ((issuer ?? audience ?? keys) is not null)
                reader.Note("SCAILFIN_JWT_... is set, and has no effect: a sidecar asks for no token");
            return null;
        }

        // Some of them without the others would accept more than is meant, or nothing.
        reader.Together(IssuerVariable, AudienceVariable, KeysVariable);
        reader.Together(ClaimVariable, ValueVariable);
        foreach (string name in (string[])[UserVariable, ClaimVariable, ValueVariable])
            reader.Needs(name, IssuerVariable);
        if (issuer is null || audience is null || keys is null)
            return null;
        return new JwtSettings
        {
            Issuer = issuer,
            Audience = audience,
            KeysFile = keys,
            UserClaim = user,
            AdministratorClaim = claim,
            AdministratorValue = value,
        };
    }
}
