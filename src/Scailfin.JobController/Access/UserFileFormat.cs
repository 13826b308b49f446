using System.Text.Json;

namespace Scailfin.JobController.Access;

/// <summary>The text of users.json.</summary>
internal static class UserFileFormat
{
    /// <exception cref="InvalidDataException">It is not such a text.</exception>
    public static IReadOnlyList<UserToken> Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return [.. document.RootElement.GetProperty("tokens").EnumerateArray().Select(Read)];
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"not a file of users: {exception.Message}", exception);
        }
    }

    public static byte[] Write(IEnumerable<UserToken> tokens)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("tokens");
            foreach (UserToken token in tokens)
                Write(json, token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    private static UserToken Read(JsonElement token)
    {
        JsonElement expires = token.GetProperty("expires_at");
        return new UserToken(
            token.GetProperty("user").GetString() ?? throw new FormatException("a token belongs to nobody"),
            token.GetProperty("administrator").GetBoolean(),
            Convert.FromHexString(token.GetProperty("sha256").GetString() ?? ""),
            token.GetProperty("created_at").GetDateTimeOffset(),
            expires.ValueKind == JsonValueKind.Null ? null : expires.GetDateTimeOffset());
    }

    private static void Write(Utf8JsonWriter json, UserToken token)
    {
        json.WriteStartObject();
        json.WriteString("user", token.User);
        json.WriteBoolean("administrator", token.IsAdministrator);
        json.WriteString("sha256", Convert.ToHexStringLower(token.Digest.Span));
        json.WriteString("created_at", token.CreatedAt);
        if (token.ExpiresAt is { } expires)
            json.WriteString("expires_at", expires);
        else
            json.WriteNull("expires_at");
        json.WriteEndObject();
    }
}
