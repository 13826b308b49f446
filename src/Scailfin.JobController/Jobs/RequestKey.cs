using Microsoft.Extensions.Primitives;

namespace Scailfin.JobController.Jobs;

/// <summary>The header <c>Idempotency-Key</c> (design, section 4.2).</summary>
internal static class RequestKey
{
    private const string Name = "Idempotency-Key";
    private const int Longest = 255;

    /// <summary>The key, null without the header; or what is wrong with it.</summary>
    public static (string? Key, string? Problem) Read(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(Name, out StringValues values))
            return (null, null);
        return values is [{ Length: > 0 and <= Longest } key] && key.All(letter => letter is > ' ' and <= '~')
            ? (key, null)
            : (null, $"The header {Name} must be given once and have 1 to {Longest} visible ASCII characters.");
    }
}
