using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>An answer of one piece: everything but watches and logs.</summary>
internal sealed record ApiAnswer(int Code, ReadOnlyMemory<byte> Body, string ContentType = "application/json")
{
    /// <summary>Go's HTTP server sends what fits its buffer with a length, the rest in chunks.</summary>
    private const int SentWithLength = 2048;

    private const int ZippedFrom = 128 * 1024;

    public IReadOnlyList<string> Warnings { get; init; } = [];
    public int? RetryAfterSeconds { get; init; }

    public static ApiAnswer Of(int code, JsonObject body) => new(code, Line(body));

    public static ApiAnswer Of(int code, StoredObject stored) => new(code, (byte[])[.. stored.WholeBytes, (byte)'\n']);

    public static ApiAnswer Of(ApiFailure failure) =>
        Of(failure.Code, failure.ToStatus()) with { RetryAfterSeconds = failure.RetryAfterSeconds };

    public async Task WriteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Code;
        response.ContentType = ContentType;
        foreach (string warning in Warnings)
            response.Headers.Append("Warning", $"299 - \"{warning.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        ReadOnlyMemory<byte> body = Body;
        if (body.Length > ZippedFrom && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            body = Zipped.Bytes(body);
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        }
        else if ((Code == StatusCodes.Status406NotAcceptable || IsReadByPeople(context.Request)) && ContentType == "application/json")
        {
            body = (byte[])[.. WireJson.Bytes(JsonNode.Parse(body.Span), indented: true)];
        }
        if (body.Length <= SentWithLength)
            response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    internal static byte[] Line(JsonObject body) => [.. WireJson.Bytes(body), (byte)'\n'];

    private static bool IsReadByPeople(HttpRequest request)
    {
        string agent = request.Headers.UserAgent.ToString();
        string pretty = request.Query["pretty"].ToString();
        return pretty.Length > 0
            ? pretty is "true" or "1"
            : agent.StartsWith("curl", StringComparison.Ordinal)
                || agent.StartsWith("Wget", StringComparison.Ordinal)
                || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal);
    }

    internal static ApiAnswer Text(int code, string text) => new(code, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
}
