using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>A refusal: what a Status of failure says.</summary>
/// <remarks><c>Reason</c>: Empty: left out. <c>Details</c>: Null: left out.</remarks>
public sealed record ApiFailure(int Code, string Reason, string Message, JsonObject? Details = null)
{
    public int? RetryAfterSeconds { get; init; }

    internal string? Continue { get; init; }

    public JsonObject ToStatus()
    {
        var metadata = new JsonObject();
        if (Continue is not null)
            metadata["continue"] = Continue;
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata,
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
            status["reason"] = Reason;
        if (Details is not null)
            status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    internal static ApiFailure NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedName} \"{name}\" not found", DetailsOf(type, name));

    internal static ApiFailure AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists", DetailsOf(type, name));

    internal static ApiFailure IsBeingDeleted(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"object is being deleted: {type.QualifiedName} \"{name}\" already exists", DetailsOf(type, name));

    internal static ApiFailure Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}", DetailsOf(type, name));

    internal static ApiFailure BadRequest(string message) => new(400, "BadRequest", message);

    internal static JsonObject DetailsOf(ResourceType type, string? name)
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(name))
            details["name"] = name;
        if (type.Group.Length > 0)
            details["group"] = type.Group;
        details["kind"] = type.Plural;
        return details;
    }
}
