namespace Scailfin.Core.JobManagers;

/// <summary>The backend's answer to a stop. Exactly one of the two cases.</summary>
public abstract record StopAnswer
{
    private StopAnswer()
    {
    }

    /// <summary>The backend ends the attempt; the end is observed.</summary>
    public sealed record Accepted : StopAnswer;

    /// <summary>The backend answered that it will not.</summary>
    /// <param name="Reason">The backend's own words.</param>
    public sealed record Refused(string Reason) : StopAnswer;
}
