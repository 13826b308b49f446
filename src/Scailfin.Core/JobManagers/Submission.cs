using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>The outcome of a submission. Exactly one of the four cases.</summary>
public abstract record Submission
{
    private Submission()
    {
    }

    /// <summary>The backend has the attempt.</summary>
    public sealed record Accepted(BackendHandle Handle) : Submission;

    /// <summary>The backend refused it and will never run it; the reason is for the user.</summary>
    public sealed record Rejected(string Reason) : Submission;

    /// <summary>
    /// The backend does not have it and will take it later: a limit is reached, or what it needs cannot be written now. The attempt waits
    /// in our store, with the reason, and leaves its place in flight to others.
    /// </summary>
    /// <param name="Reason">The reason, for the user: the backend's own words if it gave any.</param>
    /// <param name="Scope">The jobs that the same reason would defer.</param>
    public sealed record Deferred(string Reason, DeferralScope Scope) : Submission
    {
        /// <summary>The pause that the backend asks for; zero if it does not say.</summary>
        public TimeSpan After { get; init; }
    }

    /// <summary>The answer was lost: the backend may or may not have it.</summary>
    public sealed record Unknown(string Why) : Submission;
}

/// <summary>The submissions that a deferral concerns.</summary>
public enum DeferralScope
{
    /// <summary>Only this attempt, as for a problem of its workspace.</summary>
    Attempt,

    /// <summary>All attempts of the same owner, such as for a quota.</summary>
    Owner,

    /// <summary>All attempts of the backend, such as for a limit of the scheduler.</summary>
    Backend,
}
