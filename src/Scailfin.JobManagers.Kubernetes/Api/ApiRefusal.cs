using System.Text;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>The API server answered, and it was no.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Phrase">The status in words.</param>
/// <param name="Reason">Kubernetes' word for the reason, such as <c>AlreadyExists</c>; empty if the answer was not a Status object.</param>
/// <param name="Message">What is wrong, in the server's words.</param>
/// <param name="Headers">The headers of the answer.</param>
/// <param name="Body">The body of the answer, bounded.</param>
internal sealed record ApiRefusal(int Code, string Phrase, string Reason, string Message, string Headers, string Body)
{
    /// <summary>The class of the refusal.</summary>
    public RefusalClass Class { get; } = RefusalClasses.Of(Code, Reason, Message);

    /// <summary>Whether the same request may succeed later without any change to it or to the cluster's configuration.</summary>
    public bool IsTransient =>
        Class is RefusalClass.Unauthorized or RefusalClass.Throttled or RefusalClass.Conflict or RefusalClass.Unavailable;

    /// <summary>The pause that the server asks for (Retry-After); zero if it does not say.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The refusal in one sentence.</summary>
    public string Sentence => $"Kubernetes answered {Code} {Phrase}{(Message.Length > 0 ? $": {Message}" : ".")}";

    /// <summary>The message as REANA's client library words it (contract A.3), which users of upstream know.</summary>
    public string AsUpstreamSays()
    {
        var text = new StringBuilder();
        text.Append('(').Append(Code).Append(")\n");
        text.Append("Reason: ").Append(Phrase).Append('\n');
        text.Append("HTTP response headers: ").Append(Headers).Append('\n');
        text.Append("HTTP response body: ").Append(Body.TrimEnd('\n')).Append('\n');
        return text.ToString();
    }
}

/// <summary>An object, or why there is none.</summary>
internal readonly record struct ApiResult<T>(T? Value, ApiRefusal? Refusal)
    where T : class;

/// <summary>The API server gave no answer.</summary>
internal sealed class ApiUnreachableException(string message, bool mayHaveArrived, Exception inner) : Exception(message, inner)
{
    /// <summary>Whether the request may have been carried out nevertheless.</summary>
    public bool MayHaveArrived { get; } = mayHaveArrived;
}
