namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>A watch or a log that is open, or why it is not.</summary>
internal sealed class ApiStream(HttpResponseMessage? response, ApiRefusal? refusal) : IDisposable
{
    /// <summary>The refusal; null if the stream is open.</summary>
    public ApiRefusal? Refusal { get; } = refusal;

    /// <summary>The stream's bytes; only if the request was not refused.</summary>
    public Task<Stream> BodyAsync(CancellationToken cancellationToken) => response!.Content.ReadAsStreamAsync(cancellationToken);

    public void Dispose() => response?.Dispose();
}
