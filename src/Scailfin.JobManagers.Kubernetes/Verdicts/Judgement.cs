using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>The phase of an attempt, and why.</summary>
internal sealed record Judgement(ObservedPhase Phase)
{
    /// <summary>Why the job waits, in one sentence.</summary>
    public string Reason { get; init; } = "";

    public DateTimeOffset? Since { get; init; }

    public AttemptEnd? End { get; init; }

    /// <summary>The lines that upstream writes to its log for this, word for word (contract B.7).</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>
    /// The end of an attempt that has timed out but is not over: its Job is deleted first, because until its pod is gone it could still
    /// run.
    /// </summary>
    public AttemptEnd? GivenUp { get; init; }

    public static Judgement Waiting(string reason, DateTimeOffset? since = null) =>
        new(ObservedPhase.Waiting) { Reason = reason, Since = since };

    public static Judgement Running(DateTimeOffset? since, string reason = "") =>
        new(ObservedPhase.Running) { Reason = reason, Since = since };

    public static Judgement Ended(AttemptEnd end, params IReadOnlyList<string> lines) =>
        new(ObservedPhase.Ended) { End = end, Lines = lines };

    public static Judgement GiveUp(AttemptEnd end, params IReadOnlyList<string> lines) =>
        new(ObservedPhase.Waiting) { Reason = end.Evidence.Text, GivenUp = end, Lines = lines };
}

/// <summary>Makes ends.</summary>
internal static class Ends
{
    public static AttemptEnd Of(JobCase @case, EndClass kind, string text, bool mayHaveRun, string? failedPhase, int? exitCode = null) =>
        new()
        {
            Class = kind,
            StepMayHaveRun = mayHaveRun,
            Evidence = new Evidence
            {
                Source = EvidenceSource.Backend,
                Text = text,
                ExitCode = exitCode,
                FailedPhase = failedPhase,
                ObservedAt = @case.Now,
            },
        };
}
