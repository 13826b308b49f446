namespace Scailfin.Core.Jobs;

/// <summary>
/// One try at running a job. A job has one live attempt at most; the next begins only after evidence that the last one ended.
/// </summary>
/// <param name="JobId">The job.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="Spec">What to run.</param>
/// <param name="Handle">What the backend calls it, once known.</param>
public sealed record Attempt(JobId JobId, int Number, JobSpec Spec, BackendHandle? Handle = null)
{
    /// <summary>The user who submitted the job; empty if unknown.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The time when the job was stored, by this service's wall clock; bounds history queries. Null if not known.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// The name under which a backend knows this attempt, computable from id and number alone: letters, digits, hyphens and one full stop.
    /// </summary>
    public string Identity => $"{JobId}.{Number}";
}
