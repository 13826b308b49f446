using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>The phase of an attempt, as the backend reports it.</summary>
public enum ObservedPhase
{
    /// <summary>At the backend, not running: pending, idle, held (with a reason).</summary>
    Waiting,

    /// <summary>Running, or suspended (with a reason).</summary>
    Running,

    /// <summary>Over; <see cref="Observation.End"/> says how.</summary>
    Ended,

    /// <summary>The backend answered and does not know it. A state of knowledge, not of the job.</summary>
    NotKnown,

    /// <summary>
    /// This attempt's state could not be read, and <see cref="Observation.Reason"/> says why; the others have their answers.
    /// </summary>
    CannotLook,
}

/// <summary>The kind of an attempt's end.</summary>
public enum EndClass
{
    /// <summary>The step ended well.</summary>
    Succeeded,

    /// <summary>The step itself failed.</summary>
    Step,

    /// <summary>Something around the step failed: node, runtime, image, staging, backend.</summary>
    Infrastructure,

    /// <summary>A limit was exceeded: time, memory, disk.</summary>
    Limit,

    /// <summary>The attempt was stopped, by this service or by a user of the backend.</summary>
    Cancelled,
}

/// <summary>
/// How an attempt ended, with its evidence. A manager whose ends are provisional may derive its own, to keep in it what it needs again in
/// <see cref="IJobManager.CollectAsync"/>.
/// </summary>
public record AttemptEnd
{
    /// <summary>The kind of end.</summary>
    public required EndClass Class { get; init; }

    /// <summary>The evidence of the end; its text is the reason that a user reads.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>False only if it is proven that the step never began, so that a retry is safe.</summary>
    public required bool StepMayHaveRun { get; init; }

    /// <summary>The time at which the step began, if known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The time at which it ended, if known.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>
    /// Whether the verdict depends on outputs or a receipt that must be retrieved first; <see cref="Collected.Verdict"/> then holds it.
    /// </summary>
    public bool IsProvisional { get; init; }
}

/// <summary>The state of one attempt that a backend reported, and when.</summary>
public sealed record Observation
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The attempt.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>The phase of the attempt.</summary>
    public required ObservedPhase Phase { get; init; }

    /// <summary>
    /// When the backend said so, by the wall clock: for people. Observations are ordered by the calls that returned them.
    /// </summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>The time since which it has this phase, if the backend reports it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why the job waits, is held or is suspended, in one sentence; empty if there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Set if and only if <see cref="Phase"/> is <see cref="ObservedPhase.Ended"/>.</summary>
    public AttemptEnd? End { get; init; }

    /// <summary>Proposes what should be done about it; null for nothing.</summary>
    public Remedy? Remedy { get; init; }

    /// <summary>Makes an observation of an attempt.</summary>
    public static Observation Of(Attempt attempt, ObservedPhase phase, DateTimeOffset now, string reason = "") => new()
    {
        JobId = attempt.JobId,
        AttemptNumber = attempt.Number,
        Phase = phase,
        ObservedAt = now,
        Reason = reason,
    };

    /// <summary>Makes an observation of an attempt that has ended.</summary>
    public static Observation Of(Attempt attempt, AttemptEnd end, DateTimeOffset now) =>
        Of(attempt, ObservedPhase.Ended, now) with { End = end };
}
