using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>RFC 7386, and of the strategic kind what is used here: lists of named things are merged by name.</summary>
internal static class MergePatch
{
    public static void Apply(JsonObject target, JsonObject patch, bool strategic)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject existing)
                Apply(existing, inner, strategic);
            else if (strategic && value is JsonArray items && target[name] is JsonArray list && IsNamed(items))
                Merge(list, items);
            else
                target[name] = value.DeepClone();
        }
    }

    private static bool IsNamed(JsonArray items) => items.Count > 0 && items.All(item => item.Text("name") is not null);

    private static void Merge(JsonArray list, JsonArray items)
    {
        foreach (JsonObject item in items.OfType<JsonObject>())
        {
            if (list.OfType<JsonObject>().FirstOrDefault(existing => existing.Text("name") == item.Text("name")) is { } found)
                Apply(found, item, strategic: true);
            else
                list.Add(item.DeepClone());
        }
    }
}
