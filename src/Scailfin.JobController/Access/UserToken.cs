namespace Scailfin.JobController.Access;

/// <summary>A token as it is kept: who it belongs to, and what it can be recognised by.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="IsAdministrator">Whether it is an administrator's.</param>
/// <param name="Digest">SHA-256 of the token. It is 256 random bits, so nothing slower is needed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it is refused; null for never.</param>
internal sealed record UserToken(
    string User, bool IsAdministrator, ReadOnlyMemory<byte> Digest, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;
}
