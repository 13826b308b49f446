using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>The faults of one object, as a Status of reason Invalid lists them.</summary>
internal sealed class ValidationCauses
{
    private readonly List<(string Reason, string Message, string Field)> _causes = [];

    public bool Any => _causes.Count > 0;

    public void Invalid(string field, string shown, string why) =>
        _causes.Add(("FieldValueInvalid", $"Invalid value: {shown}: {why}", field));

    public void Required(string field, string why = "") =>
        _causes.Add(("FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}", field));

    public void NotFound(string field, string shown) => _causes.Add(("FieldValueNotFound", $"Not found: {shown}", field));

    public ApiFailure Failure(ResourceType type, string name)
    {
        string kind = type.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Group}";
        // The message names a fault once, the causes as often as it was found.
        string[] messages = [.. _causes.Select(cause => $"{cause.Field}: {cause.Message}").Distinct()];
        JsonObject details = ApiFailure.DetailsOf(type, name);
        details["kind"] = type.Kind;
        details["causes"] = new JsonArray([.. _causes.Select(cause =>
            new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
        return new ApiFailure(
            422,
            "Invalid",
            $"{kind} \"{name}\" is invalid: {(messages.Length == 1 ? messages[0] : $"[{string.Join(", ", messages)}]")}",
            details);
    }
}
