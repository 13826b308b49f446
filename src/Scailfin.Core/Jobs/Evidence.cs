namespace Scailfin.Core.Jobs;

/// <summary>The source of evidence about an end.</summary>
public enum EvidenceSource
{
    /// <summary>The receipt that the job wrapper wrote.</summary>
    Receipt,

    /// <summary>The backend's own report: an exit code, a condition, a hold reason.</summary>
    Backend,

    /// <summary>The backend answered for the whole of the bound that it does not know the attempt.</summary>
    NotKnown,

    /// <summary>Ourselves: the attempt was refused or never handed to the backend.</summary>
    Service,
}

/// <summary>The evidence for the way an attempt ended. Stored with every terminal status.</summary>
public sealed record Evidence
{
    /// <summary>The <see cref="FailedPhase"/> of a job that the backend refused to take.</summary>
    public const string SubmitPhase = "submit";

    /// <summary>The <see cref="FailedPhase"/> of a job whose outputs could not be staged out.</summary>
    public const string StageOutPhase = "stage_out";

    /// <summary>The source of the evidence.</summary>
    public required EvidenceSource Source { get; init; }

    /// <summary>The observation, in one sentence for a person.</summary>
    public required string Text { get; init; }

    /// <summary>The step's exit code, 0 to 255, if there is one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Which part of the wrapper's or backend's work failed, such as <c>runtime</c> or <c>run</c>; null when none did.</summary>
    public string? FailedPhase { get; init; }

    /// <summary>The time at which the evidence was seen.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}
