using System.Buffers;

namespace Scailfin.JobController.Access;

/// <summary>The names that users may have: they end up in tables, labels, submit files and paths, so they are plain.</summary>
internal static class UserName
{
    public const string Rule = "1 to 64 letters, digits and the characters . _ @ -, but not '.' or '..'";

    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-");

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest && name is not ("." or "..") && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>
    /// Whether the name is that of the administrator (admin.token): another user of that name would own the administrator's jobs.
    /// </summary>
    public static bool IsReserved(string name, bool administrator) => !administrator && name == AdministratorToken.UserName;
}
