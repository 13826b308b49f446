namespace Scailfin.Core.Lifecycle;

/// <summary>The key with which a client can repeat a submission (design, section 4.2).</summary>
/// <param name="Key">The client's key for this submission, unique for the user and the workflow.</param>
/// <param name="Digest">SHA-256 of the canonical request, in hexadecimal.</param>
public sealed record IdempotencyKey(string Key, string Digest);
