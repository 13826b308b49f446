namespace Scailfin.Core.JobManagers;

/// <summary>What came of a submission. Exactly one of the three cases.</summary>
public abstract record Submission
{
    private Submission()
    {
    }

    /// <summary>The backend has the attempt.</summary>
    public sealed record Accepted(BackendHandle Handle) : Submission;

    /// <summary>The backend refused it and will never run it; the reason is for the user.</summary>
    public sealed record Rejected(string Reason) : Submission;

    /// <summary>The answer was lost: the backend may or may not have it.</summary>
    public sealed record Unknown(string Why) : Submission;
}
