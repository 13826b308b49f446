using System.Buffers.Text;
using System.Text.Json;

namespace Scailfin.JobController.Access;

/// <summary>
/// Checks the form of a signed token more strictly than the library does: what the library ignores or reads in its own way is refused.
/// </summary>
internal static class SignedTokenForm
{
    private const double EndOfYear9999 = 253_402_300_800;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private static readonly (string Claim, string Name)[] Dates = [("exp", "expiry"), ("nbf", "beginning"), ("iat", "time of issue")];

    /// <summary>Returns what is wrong with the form, in words that quote nothing of the token; null where nothing is.</summary>
    /// <exception cref="FormatException">A part of the token is not base64url text.</exception>
    public static string? Problem(string token)
    {
        string[] parts = token.Split('.');
        using JsonDocument? header = Parse(parts[0]);
        using JsonDocument? claims = Parse(parts[1]);
        return header is null || claims is null
            ? "The token's header and claims must be JSON objects without a name twice."
            : HeaderProblem(header.RootElement) ?? DateProblem(claims.RootElement);
    }

    /// <summary>
    /// An extension that is marked as critical must be understood, and none is here (RFC 7515, section 4.1.11); a token's payload is
    /// always encoded (RFC 7797, section 7), and compressed only in encrypted tokens (RFC 7516, section 4.1.3).
    /// </summary>
    private static string? HeaderProblem(JsonElement header)
    {
        if (header.TryGetProperty("crit", out _))
            return "The token's header names critical extensions (crit), and none is known here.";
        if (header.TryGetProperty("b64", out JsonElement encoded) && encoded.ValueKind != JsonValueKind.True)
            return "The token's payload is not encoded (b64 in its header).";
        return header.TryGetProperty("zip", out _) ? "The token is compressed (zip in its header)." : null;
    }

    /// <summary>Numbers of seconds since 1970 (RFC 7519, section 2). The library also takes texts, and cuts what is too large.</summary>
    private static string? DateProblem(JsonElement claims)
    {
        foreach ((string claim, string name) in Dates)
        {
            if (claims.TryGetProperty(claim, out JsonElement value) && !IsDate(value))
                return $"The token's {name} (claim {claim}) is not a date: it must be a number of seconds since 1970, "
                    + "before the year 10000.";
        }

        return null;
    }

    private static bool IsDate(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && seconds is >= 0 and < EndOfYear9999;

    private static JsonDocument? Parse(string part)
    {
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
