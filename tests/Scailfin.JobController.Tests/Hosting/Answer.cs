using System.Net.Http.Headers;
using System.Text.Json;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string? ContentType, long? ContentLength, string? Allow, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Message => Json.GetProperty("message").GetString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.ToString(),
        response.Content.Headers.ContentLength,
        response.Content.Headers.NonValidated.TryGetValues("Allow", out HeaderStringValues allow) ? allow.ToString() : null,
        await response.Content.ReadAsStringAsync(cancellationToken));
}
