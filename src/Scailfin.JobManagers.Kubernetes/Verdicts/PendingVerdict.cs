using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>A pod whose step has not begun: what it waits for, and when that is hopeless.</summary>
internal static class PendingVerdict
{
    public static Judgement Of(JobCase @case, PodEntry entry)
    {
        PodObject pod = entry.Pod;
        if (entry.Trouble is { } trouble)
            return OfTrouble(@case, entry, trouble);
        if (pod.Condition("PodScheduled") is { Status: "False" } unscheduled)
            return OfUnscheduled(@case, entry, unscheduled);
        if (entry.UnpreparedSince is not null && @case.Lasting(entry.UnpreparedSince) >= @case.Patience.Preparation)
        {
            string why =
                $"Its volumes or its network were not ready on node {pod.Spec?.NodeName} for {Minutes(@case.Patience.Preparation)}; "
                    + "a Secret, a ConfigMap or a claim that it mounts may be missing.";
            return Judgement.GiveUp(Ends.Of(@case, EndClass.Infrastructure, why, mayHaveRun: false, "start"));
        }

        ContainerStatus? preparing = pod.Status?.InitContainerStatuses?.FirstOrDefault(container => container.State?.Running is not null);
        if (preparing is not null && pod.Main?.Waiting is { Reason: "PodInitializing" })
            return Judgement.Waiting($"The container {preparing.Name} prepares the job.");
        return Judgement.Waiting(pod.Spec?.NodeName is { Length: > 0 } node
            ? $"Node {node} fetches the image and prepares the container."
            : "Waiting for a node.");
    }

    private static Judgement OfTrouble(JobCase @case, PodEntry entry, PodTrouble trouble)
    {
        string message = MainContainerVerdict.OneLine(trouble.Message);
        string container = $"Container {trouble.Container} in Kubernetes job {@case.Name}";
        string details = message.Length > 0 ? $": {message}" : ".";
        switch (trouble.Reason)
        {
            case "InvalidImageName":
                return Final($"The name of the image is not valid{details}", $"{container} failed due to invalid image name.");
            case "ErrImageNeverPull":
                return Final($"The image is not on the node, and is not to be pulled{details}", $"{container} failed to fetch image.");
            case "CreateContainerConfigError" when !KubernetesStates.IsPassingConfigurationError(message):
                return Final(
                    $"The container cannot be configured{details}", $"{container} failed due to container configuration error: {message}");
            case "ErrImagePull" or "ImagePullBackOff" when PullFailure.IsFinal(message):
                return Final($"The image cannot be pulled{details}", $"{container} failed to fetch image.");
        }

        bool isPull = trouble.Reason
            is "ErrImagePull" or "ImagePullBackOff" or "ImageInspectError" or "RegistryUnavailable" or "SignatureValidationFailed";
        string what = isPull ? "The image cannot be pulled" : $"The container cannot be started ({trouble.Reason})";
        if (@case.Lasting(entry.TroubleSince) < @case.Patience.ImagePull)
            return Judgement.Waiting($"{what}{details} Kubernetes tries again.", entry.TroubleSince);
        string text = $"{what}; that was tried for {Minutes(@case.Patience.ImagePull)}{details}";
        return Judgement.GiveUp(
            Ends.Of(@case, EndClass.Infrastructure, text, mayHaveRun: false, "image"),
            isPull ? [$"{container} failed to fetch image."] : []);

        Judgement Final(string text, string line) =>
            Judgement.GiveUp(Ends.Of(@case, EndClass.Step, text, mayHaveRun: false, "image"), line);
    }

    private static Judgement OfUnscheduled(JobCase @case, PodEntry entry, ObjectCondition condition)
    {
        string message = MainContainerVerdict.OneLine(condition.Message);
        DateTimeOffset since = condition.LastTransitionTime ?? entry.Pod.Metadata.CreationTimestamp ?? @case.Now;
        if (entry.UnschedulableSince is null || @case.Lasting(entry.UnschedulableSince) < @case.Patience.Unschedulable)
            return Judgement.Waiting($"No node can run it now: {message}", since);
        string text = $"No node could run it for {Minutes(@case.Patience.Unschedulable)}: {message}";
        return Judgement.GiveUp(Ends.Of(@case, EndClass.Infrastructure, text, mayHaveRun: false, "schedule"));
    }

    private static string Minutes(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0.#} minutes" : $"{time.TotalSeconds:0} seconds";
}
