using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Admission;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>A pod from a Job's template.</summary>
internal static class JobPods
{
    public static JsonObject Make(StoredObject job, string finalizer, DateTimeOffset now)
    {
        JsonNode template = job.Spec!["template"]!;
        var metadata = new JsonObject
        {
            ["name"] = $"{job.Name}-{RandomName.Suffix()}",
            ["generateName"] = $"{job.Name}-",
            ["namespace"] = job.Namespace,
            ["uid"] = Guid.NewGuid().ToString(),
            ["resourceVersion"] = "0",
            ["generation"] = 1,
            ["creationTimestamp"] = SimulatedContainer.Stamp(now),
        };
        foreach (string kept in (string[])["labels", "annotations"])
        {
            if (template["metadata"]![kept] is { } value)
                metadata[kept] = value.DeepClone();
        }
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["name"] = job.Name,
            ["uid"] = job.Uid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
        metadata["finalizers"] = new JsonArray(finalizer);
        var spec = (JsonObject)template["spec"]!.DeepClone();
        PodDefaults.AdmitSpec(spec);
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = WireJson.Frozen(spec),
            ["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodDefaults.QualityOf(spec) },
        };
    }
}
