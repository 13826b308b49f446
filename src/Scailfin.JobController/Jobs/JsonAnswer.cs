using System.Buffers;
using System.Text.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>Answers as upstream sends them: compact JSON, non-ASCII escaped, one newline at the end (contract A.2).</summary>
internal static class JsonAnswer
{
    public static async Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            content(json);
        buffer.Write("\n"u8);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Every error is an object with <c>message</c> (contract K.5).</summary>
    public static Task SendMessageAsync(HttpContext context, int status, string message) => SendAsync(context, status, json =>
    {
        json.WriteStartObject();
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public static Task SendProblemsAsync(HttpContext context, RequestProblems problems) => SendAsync(context, StatusCodes.Status400BadRequest, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("message");
        foreach ((string field, List<string> messages) in problems)
        {
            json.WriteStartArray(field);
            foreach (string message in messages)
                json.WriteStringValue(message);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });
}
