using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Decides the next action of a job that the service finds in its store at start (design, section 4).</summary>
internal static class Recovery
{
    /// <summary>The stage from which an unsettled job continues.</summary>
    public static ActorStage StageOf(Job job) => job switch
    {
        { Status: JobStatus.Finished or JobStatus.Failed or JobStatus.Stopped } => ActorStage.Ended,
        { Handle: null } => ActorStage.Uncertain,
        _ => ActorStage.Submitted,
    };

    /// <summary>
    /// Whether the job's POST was never answered: no client knows its id, so it must not run on. With a key the client can repeat the
    /// request, and finds the job.
    /// </summary>
    public static bool WasNeverAnswered(Job job) => job is { Status: JobStatus.Created, RequestDigest: null };
}
