using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>The condition by which the control plane says that it takes a pod away.</summary>
internal static class PodDisruption
{
    public static void Mark(ObjectStore store, TimeProvider time, StoredObject pod, string reason, string message) =>
        store.Change(ResourceType.Pods, pod.Namespace, pod.Name, pod.Uid, (copy, _) =>
        {
            var status = copy["status"] as JsonObject ?? [];
            copy["status"] = status;
            if (status["conditions"] is not JsonArray conditions)
                status["conditions"] = conditions = [];
            foreach (JsonObject old in conditions.OfType<JsonObject>()
                .Where(condition => condition.Text("type") == "DisruptionTarget")
                .ToList())
                conditions.Remove(old);
            conditions.Add(new JsonObject
            {
                ["type"] = "DisruptionTarget",
                ["status"] = "True",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = SimulatedContainer.Stamp(time.GetUtcNow()),
                ["reason"] = reason,
                ["message"] = message,
            });
            return ObjectStore.Outcome.Store;
        });
}
