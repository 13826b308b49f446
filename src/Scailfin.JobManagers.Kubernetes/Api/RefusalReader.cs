using System.Text;
using System.Text.Json;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Reads why a request was refused: a Status object or, from flow control and proxies, plain text.</summary>
internal static class RefusalReader
{
    private const int Longest = 16 << 10;

    public static async Task<ApiRefusal> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[Longest];
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        string body = Encoding.UTF8.GetString(buffer, 0, read).Replace('\0', '\uFFFD');
        StatusObject? status = Parse(buffer.AsSpan(0, read));
        string phrase = response.ReasonPhrase is { Length: > 0 } words ? words : response.StatusCode.ToString();
        return new ApiRefusal(
            (int)response.StatusCode, phrase, status?.Reason ?? "", status?.Message ?? body.Trim(), Headers(response), body)
        {
            RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero,
        };
    }

    private static StatusObject? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ObjectJson.Default.StatusObject);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the headers as upstream's client library prints them.</summary>
    private static string Headers(HttpResponseMessage response)
    {
        IEnumerable<string> all = response.Headers.Concat(response.Content.Headers)
            .Select(header => $"'{header.Key}': '{string.Join(", ", header.Value)}'");
        return $"HTTPHeaderDict({{{string.Join(", ", all)}}})";
    }
}
