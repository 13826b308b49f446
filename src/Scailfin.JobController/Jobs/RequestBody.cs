using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace Scailfin.JobController.Jobs;

/// <summary>The JSON body of a request, read once, into borrowed memory.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBuffer = 16 << 10;

    private readonly int _limit;
    private byte[] _buffer;
    private int _length;

    private RequestBody(int limit, long? announced)
    {
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min((announced ?? FirstBuffer) + 1, limit + 1L));
    }

    /// <summary>The answer to an unusable body; null once the document can be used.</summary>
    public (int Status, string Message)? Problem { get; private set; }

    public JsonDocument? Document { get; private set; }

    public static async Task<RequestBody> ReadAsync(HttpContext context, int limit)
    {
        // The limit is checked here, so that the answer can name it. The server's own limit would also close the connection of a client
        // that is still sending.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = null;
        var body = new RequestBody(limit, context.Request.ContentLength);
        try
        {
            if (context.Request.ContentLength > limit || !await body.FillAsync(context.Request.Body, context.RequestAborted))
                body.Problem =
                    (StatusCodes.Status413PayloadTooLarge, $"The body is longer than the {limit} bytes that a request may have.");
            else
                body.Parse();
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Document?.Dispose();
        Document = null;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async Task<bool> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            int read = await ReadAsync(stream, _buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return true;
            _length += read;
            if (_length > _limit)
                return false;
            if (_length < _buffer.Length)
                continue;
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, _limit + 1L));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    /// <summary>For some malformed bodies, such as a chunk of 2 GB, the server has no exception that says so.</summary>
    private static async Task<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"The body cannot be read: {exception.Message}", StatusCodes.Status400BadRequest, exception);
        }
    }

    private void Parse()
    {
        ReadOnlyMemory<byte> text = _buffer.AsMemory(0, _length);
        if (text.Span.StartsWith("\uFEFF"u8))
            text = text[3..];
        try
        {
            // The JSON parser does not validate strings before they are read.
            if (!Utf8.IsValid(text.Span))
                Problem = (StatusCodes.Status400BadRequest, "The body is not JSON: it is not UTF-8 text.");
            else
                Document = JsonDocument.Parse(text);
        }
        catch (JsonException exception)
        {
            Problem = (StatusCodes.Status400BadRequest, $"The body is not JSON: {exception.Message}");
        }
    }
}
