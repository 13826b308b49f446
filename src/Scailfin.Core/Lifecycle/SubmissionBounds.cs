namespace Scailfin.Core.Lifecycle;

/// <summary>What bounds a submission beside the backend.</summary>
public sealed record SubmissionBounds
{
    /// <summary>No bounds.</summary>
    public static SubmissionBounds None { get; } = new();

    /// <summary>What the user may have in the service; null for no limits.</summary>
    public UserLimits? Limits { get; init; }

    /// <summary>Cancelled if the caller has disconnected: ends a wait for room in memory, before anything is stored.</summary>
    public CancellationToken Caller { get; init; }
}
