namespace Scailfin.Core.Jobs;

/// <summary>Something that happened to a job.</summary>
/// <param name="At">The time at which the service learnt of the event.</param>
/// <param name="Attempt">Which attempt it concerns.</param>
/// <param name="Event">One of <see cref="JobTimeline"/>'s names.</param>
/// <param name="Detail">One sentence for a person, or empty.</param>
public sealed record TimelineEntry(DateTimeOffset At, int Attempt, string Event, string Detail = "");

/// <summary>The event names of a timeline. Terminal statuses have their own names.</summary>
public static class JobTimeline
{
    /// <summary>The job was stored.</summary>
    public const string Accepted = "accepted";

    /// <summary>The job waits in the service's store, not at the backend.</summary>
    public const string Waiting = "waiting";

    /// <summary>The backend has accepted the job.</summary>
    public const string Submitted = "submitted";

    /// <summary>The backend reports the job as running.</summary>
    public const string Running = "running";

    /// <summary>The job went back to the backend's queue.</summary>
    public const string Requeued = "requeued";

    /// <summary>A stop became durable.</summary>
    public const string StopRequested = "stop_requested";

    /// <summary>The backend refused the stop; it is sent again.</summary>
    public const string StopRefused = "stop_refused";

    /// <summary>The backend says something else about the end than the record that decided it.</summary>
    public const string OtherWord = "other_word";

    /// <summary>An attempt ended and another one follows.</summary>
    public const string Retried = "retried";

    /// <summary>The service found the job in its store at start.</summary>
    public const string Adopted = "adopted";
}
