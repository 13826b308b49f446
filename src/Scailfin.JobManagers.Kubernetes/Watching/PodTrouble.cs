using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// A container that waits for something that went wrong. Kubernetes goes on trying and shows one reason and then the other
/// (<c>ErrImagePull</c>, <c>ImagePullBackOff</c>).
/// </summary>
internal sealed record PodTrouble(string Container, string Reason, string Message)
{
    /// <summary>
    /// https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go and .../kuberuntime/kuberuntime_container.go.
    /// </summary>
    private static readonly HashSet<string> Reasons = new(StringComparer.Ordinal)
    {
        "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable",
        "SignatureValidationFailed", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError",
        "PreStartHookError", "PostStartHookError", "CreatePodSandboxError",
    };

    /// <summary>The first container that has any; null if none has.</summary>
    public static PodTrouble? Of(PodObject pod)
    {
        IEnumerable<ContainerStatus> all = (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []);
        return all.Select(container => container.Waiting is { Reason: { } reason } waiting && Reasons.Contains(reason)
            ? new PodTrouble(container.Name, reason, waiting.Message ?? "")
            : null).FirstOrDefault(trouble => trouble is not null);
    }

    /// <summary>
    /// This trouble with the cause that the container showed before: older kubelets leave it out of a back-off ("Back-off pulling image"),
    /// newer ones append it (the recording <c>err-image-pull</c>).
    /// </summary>
    public PodTrouble WithCauseOf(PodTrouble? before) =>
        Reason == "ImagePullBackOff" && before?.Container == Container && ErrorChain.Of(Message).Count == 1
            ? this with { Message = before.Message }
            : this;
}
