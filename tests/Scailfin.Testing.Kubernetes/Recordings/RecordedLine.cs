using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Recordings;

/// <summary>One line of a recorded scenario, with the parts put back that were left out as unchanged.</summary>
public sealed record RecordedLine(TimeSpan At, string Source, JsonObject Json)
{
    public JsonObject? Event => Json.Object("event");
    public string? EventType => Event.Text("type");
    public JsonObject? Object => Event.Object("object");
    public string? Method => Json.Text("method");
    public string? Path => Json.Text("path");

    public bool IsRequest => Source == "request";

    /// <summary>Null for a request.</summary>
    public ResourceType? Type => Source switch
    {
        "watch:pods" => ResourceType.Pods,
        "watch:jobs" => ResourceType.Jobs,
        "watch:events" => ResourceType.Events,
        _ => null,
    };
}
