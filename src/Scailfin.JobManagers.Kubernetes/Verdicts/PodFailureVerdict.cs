using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>
/// Judges a pod that ended for a reason that its main container's status does not have: time limit, eviction, an init container.
/// </summary>
internal static class PodFailureVerdict
{
    /// <summary>Judges a failed pod; null if the status of the step's container has more information.</summary>
    public static Judgement? Of(JobCase @case, PodObject pod)
    {
        if (pod.Phase != "Failed" || pod.Main?.Terminated is { ExitCode: 0, IsInvented: false })
            return null;
        if (pod.Status?.Reason is { Length: > 0 } reason)
            return OfReason(@case, pod, reason);
        if (pod.Condition("DisruptionTarget") is { IsTrue: true } disruption)
            return RemovalVerdict.Disrupted(@case, pod, disruption);
        return pod.Main is { Terminated.IsInvented: false } ? null : OfInitContainer(@case, pod);
    }

    /// <summary>The pod has ended and no status says why.</summary>
    public static Judgement Unexplained(JobCase @case, PodObject pod) => pod.Phase == "Succeeded"
        ? Judgement.Ended(
            Ends.Of(@case, EndClass.Succeeded, "Kubernetes says that the job's pod succeeded.", mayHaveRun: true, failedPhase: null))
        : Judgement.Ended(Ends.Of(
            @case,
            EndClass.Infrastructure,
            "The job's pod failed; Kubernetes does not say why, nor what became of the step's container.",
            MayHaveRun(pod),
            "run"));

    public static bool MayHaveRun(PodObject pod) => pod.Main is { } main && (main.HasRun || main.Terminated is { IsInvented: true });

    /// <summary>The message about the deadline that upstream intended (contract B.7, C.13).</summary>
    public static string DeadlineText(JobCase @case) =>
        $"DeadlineExceeded: The job was killed due to exceeding timeout of {@case.Timeout.TotalSeconds:0} seconds.";

    private static Judgement OfReason(JobCase @case, PodObject pod, string reason)
    {
        string message = MainContainerVerdict.OneLine(pod.Status?.Message);
        string line = $"Job pod {pod.Metadata.Name} was terminated, reason: {reason}, message: {message}";
        if (reason == "DeadlineExceeded" && @case.StopAsked)
        {
            // The service set this deadline to stop a pod whose Job is deleted, because it may not delete pods.
            const string Text = "The job was stopped by a deadline that was set on its pod.";
            return Judgement.Ended(Times(Ends.Of(@case, EndClass.Cancelled, Text, MayHaveRun(pod), failedPhase: null), pod));
        }

        if (reason == "DeadlineExceeded")
        {
            string text = DeadlineText(@case);
            return Judgement.Ended(
                Times(Ends.Of(@case, EndClass.Limit, text, MayHaveRun(pod), "run"), pod),
                line,
                text,
                $"Kubernetes job id: {@case.Name} was killed due to timeout.");
        }

        PodReason known = KubernetesStates.OfPod(reason);
        EndClass kind = reason == "Evicted" && KubernetesStates.IsOwnLimit(message) ? EndClass.Limit : known.Class;

        // If a pod has no container statuses, the node refused it before a container was created.
        bool mayHaveRun = pod.Status?.ContainerStatuses is { Count: > 0 } && (MayHaveRun(pod) || reason == "Evicted");
        string why = message.Length > 0 ? $": {message}" : ".";
        return Judgement.Ended(
            Times(Ends.Of(@case, kind, $"The job's pod {known.Sentence}{why}", mayHaveRun, mayHaveRun ? "run" : "start"), pod), line);
    }

    private static Judgement? OfInitContainer(JobCase @case, PodObject pod)
    {
        ContainerStatus? failed =
            pod.Status?.InitContainerStatuses?.FirstOrDefault(container => container.Terminated is { ExitCode: not 0, IsInvented: false });
        if (failed?.Terminated is not { } ended)
            return null;
        string what = failed.Name switch
        {
            Names.KerberosInit => "No Kerberos ticket could be fetched",
            Names.VomsProxy => "No VOMS proxy could be made",
            Names.Rucio => "Rucio's configuration could not be made",
            _ => "The job could not be prepared",
        };
        string message = MainContainerVerdict.OneLine(ended.Message);
        string how = ended.Reason == "OOMKilled"
            ? MainContainerVerdict.OutOfMemory($"the container {failed.Name}", pod, failed.Name, ended)
            : $"the container {failed.Name} ended with exit code {ended.ExitCode}{(message.Length > 0 ? $": {message}" : ".")}";
        string text = $"{what}: {how}";
        return Judgement.Ended(
            Ends.Of(@case, ended.Reason == "OOMKilled" ? EndClass.Limit : EndClass.Step, text, mayHaveRun: false, "init"));
    }

    private static AttemptEnd Times(AttemptEnd end, PodObject pod) => end with
    {
        StartedAt = pod.Main?.Terminated is { HasRun: true } ended ? ended.StartedAt : null,
        EndedAt = pod.Main?.Terminated?.FinishedAt,
    };
}
