namespace Scailfin.Core.Jobs;

/// <summary>Why a job is being stopped.</summary>
public enum StopCause
{
    /// <summary>A user requested the stop; the job ends as <c>stopped</c>.</summary>
    Requested,

    /// <summary>The job's POST was never answered, so no client knows its id; the job ends as <c>failed</c> with that reason.</summary>
    Unanswered,
}

/// <summary>A stop that is durable: it is retried until the backend confirms the end.</summary>
public sealed record StopRequest(DateTimeOffset At, StopCause Cause);
