namespace Scailfin.Core.Lifecycle;

/// <summary>Bounds of what a caller waits for.</summary>
public sealed record JobServiceOptions
{
    /// <summary>How long a submission waits for the store and then for the backend's first answer before the client is answered.</summary>
    public TimeSpan FirstOutcomeBound { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for the backend's word before it is answered (design, section 4.6).</summary>
    public TimeSpan StopAnswerBound { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a shutdown waits for the backends (design, section 4.6; REANA's grace period is 120 s).</summary>
    public TimeSpan ShutdownBound { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a question waits while the jobs are being read from the store; null for as long as the client does.</summary>
    public TimeSpan? LoadingBound { get; init; } = TimeSpan.FromSeconds(30);
}
