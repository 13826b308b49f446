using System.Net;
using System.Text.Json;

namespace Scailfin.Testing.Reana;

/// <summary>What REANA's client got.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The header as it was sent; empty without one.</param>
/// <param name="Text">The body.</param>
public sealed record ReanaAnswer(HttpStatusCode Status, string ContentType, string Text)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;
}

/// <summary>The status of an answer is not that of a success: bravado's <c>HTTPError</c>.</summary>
public sealed class ReanaHttpException(ReanaAnswer answer) : Exception($"{(int)answer.Status} {answer.Status}: {answer.Text}")
{
    /// <summary>The answer.</summary>
    public ReanaAnswer Answer => answer;
}

/// <summary>A request or an answer has not the form that REANA's document has for it: <c>jsonschema.ValidationError</c>.</summary>
public sealed class ReanaValidationException(string message) : Exception(message)
{
    internal static void ThrowIfAny(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
            throw new ReanaValidationException(string.Join("; ", problems));
    }
}

/// <summary>A job was not accepted: REANA's <c>REANAJobControllerSubmissionError</c>.</summary>
public sealed class ReanaSubmissionException(string message) : Exception($"Job submission error: {message}");
