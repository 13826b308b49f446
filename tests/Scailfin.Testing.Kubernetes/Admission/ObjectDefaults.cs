using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>Fills in what a client left out.</summary>
internal static class ObjectDefaults
{
    public static void Apply(ResourceType type, JsonObject content)
    {
        if (type == ResourceType.Jobs)
            JobDefaults.Apply(content);
        else if (type == ResourceType.Pods)
            PodDefaults.Apply(content);
        else if (type == ResourceType.Secrets)
            ApplySecret(content);
    }

    private static void ApplySecret(JsonObject content)
    {
        content["type"] ??= "Opaque";
        if (content["stringData"] is not JsonObject texts)
            return;
        var data = content["data"] as JsonObject ?? [];
        content["data"] = data;
        foreach ((string key, JsonNode? text) in texts)
            data[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text!.GetValue<string>()));
        content.Remove("stringData");
    }
}
