using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>Judges an attempt whose main container has ended: that is the step's end, even if companion containers still run.</summary>
internal static class MainContainerVerdict
{
    private const int Killed = 137;
    private const int Terminated = 143;

    /// <summary>
    /// A container may have been killed for a reason that only the pod's status reports, up to 1.2 s later; the status of a pod whose
    /// companions still run reports none.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static Judgement Of(JobCase @case, PodEntry entry, ContainerTerminated ended)
    {
        if (ended is { ExitCode: Killed or Terminated, Reason: "Error" }
            && !entry.Pod.IsOver
            && @case.Lasting(entry.MainEndedSince) < Settling)
            return Judgement.Running(ended.StartedAt);
        (EndClass kind, string text, string? phase) = ended switch
        {
            { Reason: "StartError" or "ContainerCannotRun" } => (
                EndClass.Step, $"The step could not be started; the image must contain bash: {OneLine(ended.Message)}", "start"),
            { ExitCode: 0 } => (EndClass.Succeeded, "The step ended with exit code 0.", null),
            { ExitCode: > 128 and < 160 } => (
                EndClass.Step, $"The step ended with exit code {ended.ExitCode} (as after signal {ended.ExitCode - 128}).", "run"),
            _ => (EndClass.Step, $"The step ended with exit code {ended.ExitCode}.", (string?)"run"),
        };
        bool couldNotStart = phase == "start";
        int? exitCode = couldNotStart ? null : ended.ExitCode;
        var end = Ends.Of(@case, kind, text, mayHaveRun: !couldNotStart, phase, exitCode) with
        {
            StartedAt = ended.HasRun ? ended.StartedAt : null,
            EndedAt = ended.FinishedAt,
        };
        if (ended.Reason != "OOMKilled")
            return Judgement.Ended(end);

        // The kernel killed the step, or a process in it: the step's own exit code stands beside that.
        string killed = OutOfMemory("It or a process in it", entry.Pod, Names.MainContainer, ended);
        AttemptEnd told = Ends.Of(@case, EndClass.Limit, killed, mayHaveRun: true, "run");
        AttemptEnd decided = OrderOfEvidence.Decide(new OwnRecord.Complete(end), SchedulerWord.OutOfMemory, told).End;
        decided = decided with { Evidence = decided.Evidence with { FailedPhase = "run" } };
        return ended.ExitCode == 0
            ? Judgement.Ended(
                decided,
                $"Kubernetes job id: {@case.Name} failed, phase 'Succeeded' "
                    + $"but container '{Names.MainContainer}' was terminated because of '{ended.Reason}'.")
            : Judgement.Ended(decided);
    }

    /// <summary>A sentence for a container that the kernel killed, with the amount that it was allowed.</summary>
    public static string OutOfMemory(string what, PodObject pod, string container, ContainerTerminated ended)
    {
        string limit = pod.MemoryLimit(container) is { } amount ? $" of {amount}" : "";
        return $"{what} used more memory than its limit{limit} and was killed (OOMKilled, exit code {ended.ExitCode}).";
    }

    public static string OneLine(string? text) => (text ?? "").ReplaceLineEndings(" ").Trim();
}
