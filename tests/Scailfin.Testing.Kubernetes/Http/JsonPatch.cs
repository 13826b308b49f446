using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>RFC 6902: add, replace, remove, test.</summary>
internal static class JsonPatch
{
    public static void Apply(JsonObject target, JsonArray operations)
    {
        foreach (JsonObject operation in operations.OfType<JsonObject>())
            Apply(target, operation);
    }

    private static void Apply(JsonObject target, JsonObject operation)
    {
        string[] path = [.. (operation.Text("path") ?? "").Split('/').Skip(1).Select(part => part.Replace("~1", "/").Replace("~0", "~"))];
        JsonNode? parent = target;
        foreach (string part in path[..^1])
            parent = parent is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : (parent as JsonObject)?[part];
        switch (operation.Text("op"), parent)
        {
            case ("test", JsonObject json):
                if (!JsonNode.DeepEquals(json[path[^1]], operation["value"]))
                    throw new ApiFailureException(
                        new ApiFailure(422, "Invalid", "the server rejected our request due to an error in our request", []));
                break;
            case ("remove", JsonObject json):
                json.Remove(path[^1]);
                break;
            case ("remove", JsonArray list):
                list.RemoveAt(int.Parse(path[^1], CultureInfo.InvariantCulture));
                break;
            case ("add" or "replace", JsonObject json):
                json[path[^1]] = operation["value"]?.DeepClone();
                break;
            case ("add", JsonArray list):
                list.Add(operation["value"]?.DeepClone());
                break;
            default:
                throw new ApiFailureException(
                    new ApiFailure(422, "Invalid", "the server rejected our request due to an error in our request", []));
        }
    }
}
