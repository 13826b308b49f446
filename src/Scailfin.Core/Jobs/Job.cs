namespace Scailfin.Core.Jobs;

/// <summary>A job as it is stored: an immutable snapshot, replaced by every transition.</summary>
public sealed record Job
{
    /// <summary>The id.</summary>
    public required JobId Id { get; init; }

    /// <summary>The user who submitted it.</summary>
    public required string Owner { get; init; }

    /// <summary>The specification of the step.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The job's status.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why the job has this status, in one sentence for the user; empty if there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The current attempt, from 1.</summary>
    public int AttemptNumber { get; init; } = 1;

    /// <summary>The backend's id of the current attempt, once the backend is known to have it.</summary>
    public BackendHandle? Handle { get; init; }

    /// <summary>The time at which the job was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which the backend first reported it as running.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The time at which the job ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The evidence for the terminal status; null before it.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>The requested stop, if any.</summary>
    public StopRequest? Stop { get; init; }

    /// <summary>SHA-256 of the request that came with an <c>Idempotency-Key</c>, in hexadecimal; null without a key.</summary>
    public string? RequestDigest { get; init; }

    /// <summary>Whether the backend has released the job.</summary>
    public bool Released { get; init; }

    /// <summary>Attempts beyond the first.</summary>
    public int RestartCount => AttemptNumber - 1;

    /// <summary>The current attempt as job managers take it.</summary>
    public Attempt Attempt => new(Id, AttemptNumber, Spec, Handle) { Owner = Owner, NotBefore = CreatedAt };

    /// <summary>Terminal and released: no action is left.</summary>
    public bool IsSettled => Status.IsTerminal() && Released;
}
