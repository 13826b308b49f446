using System.Buffers;
using System.Text.Json;

namespace Scailfin.JobController.Json;

/// <summary>Answers as upstream sends them: compact JSON, non-ASCII escaped, one newline at the end (contract A.2).</summary>
internal static class JsonAnswer
{
    /// <summary>Characters of a message.</summary>
    public const int LongestMessage = 4000;

    /// <summary>How values are written.</summary>
    public static JsonWriterOptions AsPython { get; } = new() { Encoder = PythonJsonEncoder.Instance };

    public static Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> content) =>
        SendAsync(context, status, Write(content));

    /// <summary>Sends what <see cref="Write"/> made before.</summary>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, AsPython))
            content(json);
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Every error is an object with <c>message</c> (contract K.5). It may quote the request, and is shortened.</summary>
    public static Task SendMessageAsync(HttpContext context, int status, string message) => SendAsync(context, status, json =>
    {
        json.WriteStartObject();
        json.WriteString("message", Excerpt.Of(message, LongestMessage));
        json.WriteEndObject();
    });
}
