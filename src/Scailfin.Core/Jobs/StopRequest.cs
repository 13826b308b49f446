namespace Scailfin.Core.Jobs;

/// <summary>Why a job is being stopped.</summary>
public enum StopCause
{
    /// <summary>Somebody asked for it; the job ends as <c>stopped</c>.</summary>
    Requested,

    /// <summary>Its POST was never answered, so nobody owns it; the job ends as <c>failed</c> and says so.</summary>
    Unanswered,
}

/// <summary>A stop that is durable: it is retried until the backend confirms the end.</summary>
public sealed record StopRequest(DateTimeOffset At, StopCause Cause);
