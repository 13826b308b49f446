using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>The defaults of a Job, the labels of its template, and the selector made from its uid.</summary>
internal static class JobDefaults
{
    public static void Apply(JsonObject content)
    {
        var metadata = (JsonObject)content["metadata"]!;
        string uid = metadata.Text("uid")!;
        JsonObject sent = content.Object("spec") ?? [];
        JsonObject template = sent.Object("template") ?? [];
        JsonObject templateMetadata = template.Object("metadata") ?? [];
        template["metadata"] = templateMetadata;
        var sentLabels = templateMetadata["labels"] as JsonObject;

        var labels = new JsonObject
        {
            ["batch.kubernetes.io/controller-uid"] = uid,
            ["batch.kubernetes.io/job-name"] = metadata.Text("name"),
            ["controller-uid"] = uid,
            ["job-name"] = metadata.Text("name"),
        };
        foreach ((string key, JsonNode? value) in sentLabels ?? [])
            labels[key] = value?.DeepClone();
        templateMetadata["labels"] = Sorted(labels);
        if (metadata["labels"] is not JsonObject { Count: > 0 })
        {
            // The copy is made before the server adds its own labels; without generateName both are one map, and get them.
            JsonObject copied = metadata.ContainsKey("generateName") ? sentLabels ?? [] : labels;
            if (copied.Count > 0)
                SetLabels(metadata, Sorted(copied));
        }
        if (template.Object("spec") is { } podSpec)
            PodDefaults.ApplySpec(podSpec);

        bool hasFailurePolicy = sent.ContainsKey("podFailurePolicy");
        var spec = new JsonObject();
        foreach (SchemaField field in KubernetesSchema.Of("JobSpec").Fields)
        {
            if (Field(field.Name, sent, uid, hasFailurePolicy) is { } value)
                spec[field.Name] = value;
        }
        content["spec"] = spec;
        content["status"] = new JsonObject();
    }

    private static JsonNode? Field(string name, JsonObject sent, string uid, bool hasFailurePolicy)
    {
        JsonNode? value = sent[name];
        sent.Remove(name);
        return value ?? name switch
        {
            "parallelism" or "completions" => 1,
            "backoffLimit" => 6,
            "selector" => new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid } },
            "manualSelector" or "suspend" => false,
            "completionMode" => "NonIndexed",
            "podReplacementPolicy" => hasFailurePolicy ? "Failed" : "TerminatingOrFailed",
            _ => null,
        };
    }

    private static void SetLabels(JsonObject metadata, JsonObject labels)
    {
        metadata.Remove("labels");
        metadata.Insert(metadata.IndexOf("creationTimestamp") + 1, "labels", labels);
    }

    private static JsonObject Sorted(JsonObject labels)
    {
        var sorted = new JsonObject();
        foreach ((string key, JsonNode? value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            sorted[key] = value?.DeepClone();
        return sorted;
    }
}
