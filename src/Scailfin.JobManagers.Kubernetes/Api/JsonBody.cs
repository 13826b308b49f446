using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Reads an answer's body piece by piece, without keeping all of its text.</summary>
internal static class JsonBody
{
    /// <exception cref="IOException">The body is not JSON of that type: probably a proxy answered instead of the API server.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken) ?? throw new IOException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new IOException(
                $"The answer to {response.RequestMessage?.RequestUri?.AbsolutePath} is not what Kubernetes would answer: "
                    + $"{exception.Message}",
                exception);
        }
    }
}
