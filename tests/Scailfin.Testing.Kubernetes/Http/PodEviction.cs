using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>POST pods/NAME/eviction: marks the pod and deletes it.</summary>
internal sealed class PodEviction(ObjectStore store, ObjectDeletion deletion, TimeProvider time)
{
    public ApiAnswer Evict(ApiRequest request)
    {
        if (store.Find(ResourceType.Pods, request.Namespace!, request.Name!) is not { } pod)
            throw new ApiFailureException(ApiFailure.NotFound(ResourceType.Pods, request.Name!));
        PodDisruption.Mark(store, time, pod, "EvictionByEvictionAPI", "Eviction API: evicting");
        deletion.DeletePod(pod, null);
        return ApiAnswer.Of(201, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = 201,
        });
    }
}
