using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>The defaults of a pod's spec, and for a pod itself what admission adds.</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject content)
    {
        JsonObject spec = content.Object("spec") ?? [];
        ApplySpec(spec);
        AdmitSpec(spec);
        content["spec"] = Ordered("PodSpec", spec);
        content["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOf(spec) };
    }

    public static void ApplySpec(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        if (spec.Text("serviceAccountName") is { } account)
            spec["serviceAccount"] = account;
        spec["securityContext"] ??= new JsonObject();
        spec["schedulerName"] ??= "default-scheduler";
        foreach (JsonObject container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
            ApplyContainer(container);
        foreach (JsonObject volume in spec.Objects("volumes"))
            ApplyVolume(volume);
        Reorder("PodSpec", spec);
    }

    /// <summary>What a pod gets when it is created: a ServiceAccount, tolerations, a priority.</summary>
    public static void AdmitSpec(JsonObject spec)
    {
        spec["serviceAccountName"] ??= "default";
        spec["serviceAccount"] ??= spec.Text("serviceAccountName");
        var tolerations = spec["tolerations"] as JsonArray ?? [];
        spec["tolerations"] = tolerations;
        foreach (string taint in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            if (!tolerations.Any(toleration => toleration.Text("key") == taint))
                tolerations.Add(
                    new JsonObject { ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }
        spec["priority"] ??= 0;
        spec["enableServiceLinks"] ??= true;
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
        Reorder("PodSpec", spec);
    }

    public static string QualityOf(JsonObject spec)
    {
        bool any = false, guaranteed = true;
        foreach (JsonObject container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            JsonObject? limits = container.Object("resources").Object("limits");
            JsonObject? requests = container.Object("resources").Object("requests");
            any |= limits is { Count: > 0 } || requests is { Count: > 0 };
            foreach (string resource in (string[])["cpu", "memory"])
                guaranteed &= limits?[resource] is { } limit
                    && (requests?[resource] is not { } request || request.ToString() == limit.ToString());
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void ApplyContainer(JsonObject container)
    {
        container["resources"] ??= new JsonObject();
        if (container["resources"].Object("limits") is { } limits)
        {
            // A limit without a request is the request as well.
            JsonObject requests = container["resources"].Object("requests") ?? [];
            foreach ((string resource, JsonNode? amount) in limits)
                requests[resource] ??= amount?.DeepClone();
            container["resources"]!["requests"] = Alphabetical(requests);
        }
        container["terminationMessagePath"] ??= "/dev/termination-log";
        container["terminationMessagePolicy"] ??= "File";
        container["imagePullPolicy"] ??= PullPolicy(container.Text("image") ?? "");
        Reorder("Container", container);
    }

    private static string PullPolicy(string image)
    {
        string tag = image.LastIndexOf(':') > image.LastIndexOf('/') ? image[(image.LastIndexOf(':') + 1)..] : "";
        return !image.Contains('@') && tag is "" or "latest" ? "Always" : "IfNotPresent";
    }

    private static void ApplyVolume(JsonObject volume)
    {
        if (volume.Object("hostPath") is { } host)
            host["type"] ??= "";
        foreach (string source in (string[])["secret", "configMap"])
        {
            if (volume.Object(source) is { } mode)
                mode["defaultMode"] ??= 420;
        }
        if (volume.Count == 1)
            volume["emptyDir"] = new JsonObject();
    }

    private static JsonObject Alphabetical(JsonObject values)
    {
        var sorted = new JsonObject();
        foreach ((string key, JsonNode? value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            sorted[key] = value?.DeepClone();
        return sorted;
    }

    private static JsonObject Ordered(string schema, JsonObject value)
    {
        Reorder(schema, value);
        return value.Parent is null ? value : (JsonObject)value.DeepClone();
    }

    private static void Reorder(string schema, JsonObject value)
    {
        Dictionary<string, JsonNode?> all = value.ToDictionary(pair => pair.Key, pair => pair.Value);
        value.Clear();
        foreach (SchemaField field in KubernetesSchema.Of(schema).Fields)
        {
            if (all.Remove(field.Name, out JsonNode? kept))
                value[field.Name] = kept;
        }
    }
}
