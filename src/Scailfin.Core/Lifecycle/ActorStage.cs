namespace Scailfin.Core.Lifecycle;

/// <summary>The state of a job's current attempt, which decides the next action.</summary>
internal enum ActorStage
{
    /// <summary>Certainly not at the backend: to be submitted when there is room.</summary>
    Pending,

    /// <summary>A submission is in progress.</summary>
    Submitting,

    /// <summary>Perhaps at the backend: to be looked for.</summary>
    Uncertain,

    /// <summary>At the backend: to be observed.</summary>
    Submitted,

    /// <summary>Terminal: the backend still has to forget it.</summary>
    Ended,

    /// <summary>Done: no action is left.</summary>
    Settled,
}

internal static class ActorStages
{
    /// <summary>Whether an attempt in this stage counts against the backend's in-flight limit.</summary>
    public static bool IsInFlight(this ActorStage stage) => stage is ActorStage.Submitting or ActorStage.Uncertain or ActorStage.Submitted;
}
