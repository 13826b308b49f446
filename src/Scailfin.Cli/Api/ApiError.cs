using System.Net;
using System.Text.Json;
using Scailfin.Cli.Output;

namespace Scailfin.Cli.Api;

/// <summary>An error answer as one line: its message is a string, or an object of lists of strings by field.</summary>
internal static class ApiError
{
    private const int LongestBody = 300;

    public static string Text(HttpStatusCode status, string body)
    {
        string head = $"The service answered {(int)status}";
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out JsonElement message))
                return $"{head}: {Message(message)}";
        }
        catch (JsonException)
        {
            // Not the service but a proxy in front of it has answered; its text is shown unchanged.
        }
        string line = Lines.OneLine(body.Length > LongestBody ? body[..LongestBody] : body);
        return line.Length == 0 ? $"{head} without a message." : $"{head}: {line}";
    }

    private static string Message(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => Lines.OneLine(message.GetString() ?? ""),
        JsonValueKind.Object => string.Join("; ", message.EnumerateObject().Select(field => $"{field.Name}: {Message(field.Value)}")),
        JsonValueKind.Array => string.Join(" ", message.EnumerateArray().Select(Message)),
        _ => Lines.OneLine(message.GetRawText()),
    };
}
