namespace Scailfin.Core.Lifecycle;

/// <summary>Selects the jobs of the store that this service drives, and how long it keeps them.</summary>
public sealed record SupervisorOptions
{
    /// <summary>
    /// Whether the store is shared and this service drives only the jobs of one workflow: that of <see cref="Workflow"/> or, if it is
    /// not known at start, those of the workflows that requests name (design, section 4.7).
    /// </summary>
    public bool OneWorkflow { get; init; }

    /// <summary>The workflow, if it is known at start.</summary>
    public Guid? Workflow { get; init; }

    /// <summary>Characters of a job's log that are kept.</summary>
    public int LargestLog { get; init; } = 16 << 20;

    /// <summary>How long a settled job is kept after its end; null for ever.</summary>
    public TimeSpan? Retention { get; init; }
}
