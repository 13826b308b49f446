using Scailfin.JobController.Access;

namespace Scailfin.Cli.Output;

/// <summary>Tokens for people at a terminal, and as tab-separated lines for programs behind a pipe.</summary>
internal static class TokensView
{
    public static void List(IEnumerable<UserToken> tokens, DateTimeOffset now) => TextTable.Write(
        ["USER", "ROLE", "CREATED", "EXPIRES"],
        [
            .. tokens.Select(token => new[]
            {
                token.User,
                token.IsAdministrator ? "administrator" : "user",
                Time(token.CreatedAt),
                token.ExpiresAt is { } expires ? Time(expires) + (token.IsExpired(now) ? " (expired)" : "") : "never",
            }),
        ]);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");
}
