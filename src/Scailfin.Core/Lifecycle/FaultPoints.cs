namespace Scailfin.Core.Lifecycle;

/// <summary>
/// The places in the life of a job at which tests kill the service. Each lies between two steps whose order matters, on either side of
/// something durable.
/// </summary>
public class FaultPoints
{
    /// <summary>The row is stored; the backend has not been called.</summary>
    public const string IntentStored = "intent-stored";

    /// <summary>If submitting takes several steps: the marker file is written; the backend has not been called.</summary>
    public const string SubmissionBegun = "submission-begun";

    /// <summary>
    /// If submitting takes several steps: the backend has the job, perhaps without its input; this is not stored yet.
    /// </summary>
    public const string SubmissionCommitted = "submission-committed";

    /// <summary>The backend accepted the job; the handle is not stored.</summary>
    public const string Submitted = "submitted";

    /// <summary>The handle is stored.</summary>
    public const string HandleStored = "handle-stored";

    /// <summary>The status <c>running</c> is stored.</summary>
    public const string RunningStored = "running-stored";

    /// <summary>The end was observed; nothing is collected.</summary>
    public const string EndObserved = "end-observed";

    /// <summary>Outputs and logs are collected; the terminal row is not stored.</summary>
    public const string Collected = "collected";

    /// <summary>The terminal row is stored; the backend still has the job.</summary>
    public const string TerminalStored = "terminal-stored";

    /// <summary>The backend released the job; the row does not record it yet.</summary>
    public const string Released = "released";

    /// <summary>A stop is durable; the backend has not been called.</summary>
    public const string StopStored = "stop-stored";

    /// <summary>The backend accepted a stop.</summary>
    public const string StopSent = "stop-sent";

    /// <summary>All of them, in the order of a job's life.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        IntentStored, SubmissionBegun, SubmissionCommitted, Submitted, HandleStored, RunningStored, EndObserved, Collected, TerminalStored,
        Released, StopStored, StopSent,
    ];

    /// <summary>Does nothing, everywhere.</summary>
    public static FaultPoints None { get; } = new();

    /// <summary>Called when a job reaches the point.</summary>
    public virtual void Reach(string point)
    {
    }
}
