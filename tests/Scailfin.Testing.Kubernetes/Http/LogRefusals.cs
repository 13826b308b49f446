using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Why there is no log, in the words of the API server and the kubelet.</summary>
internal static class LogRefusals
{
    public static string ContainerOf(StoredObject pod, string? asked)
    {
        string[] containers = [.. pod.Spec.Objects("containers").Select(container => container.Text("name")!)];
        string[] init = [.. pod.Spec.Objects("initContainers").Select(container => container.Text("name")!)];
        if (asked is null)
        {
            if (containers.Length + init.Length == 1)
                return containers[0];
            string choices = $"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', containers)}]";
            throw new ApiFailureException(
                ApiFailure.BadRequest(init.Length > 0 ? $"{choices} or one of the init containers: [{string.Join(' ', init)}]" : choices));
        }
        return containers.Contains(asked) || init.Contains(asked)
            ? asked
            : throw new ApiFailureException(ApiFailure.BadRequest($"container {asked} is not valid for pod {pod.Name}"));
    }

    public static ApiFailure? Of(StoredObject pod, string container, bool nodeIsUnreachable)
    {
        if (nodeIsUnreachable)
        {
            return new ApiFailure(
                500,
                "",
                $"Get \"https://10.255.255.1:10250/containerLogs/{pod.Namespace}/{pod.Name}/{container}\": "
                    + "dial tcp 10.255.255.1:10250: connect: no route to host");
        }
        JsonNode? state = StateOf(pod, container);
        if (state.Object("waiting") is { } waiting)
            return Waiting(pod, container, waiting.Text("reason") ?? "");
        if (state.Object("terminated") is { } terminated
            && (terminated.Text("reason") == "ContainerStatusUnknown"
                || (terminated.Text("containerID") is null && terminated.Text("reason") != "StartError")))
            return ApiFailure.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is terminated");
        if (state is not null)
            return null;
        return pod.Phase == "Failed"
            ? ApiFailure.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is not available")
            : Waiting(pod, container, "ContainerCreating");
    }

    private static ApiFailure Waiting(StoredObject pod, string container, string reason)
    {
        string shown = reason switch
        {
            "ErrImagePull" => "image can't be pulled",
            "ImagePullBackOff" => "trying and failing to pull image",
            _ => reason,
        };
        return ApiFailure.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is waiting to start: {shown}");
    }

    private static JsonObject? StateOf(StoredObject pod, string container) =>
        pod.Status.Objects("containerStatuses").Concat(pod.Status.Objects("initContainerStatuses"))
            .FirstOrDefault(status => status.Text("name") == container).Object("state");
}
