namespace Scailfin.Core.JobManagers;

/// <summary>The result of collecting an ended attempt.</summary>
/// <param name="Logs">The log, for users.</param>
public sealed record Collected(string Logs)
{
    /// <summary>How the attempt ended, if the observed end was provisional; else null.</summary>
    public AttemptEnd? Verdict { get; init; }

    /// <summary>A statement of the backend that differs from the verdict; for the timeline. Empty for none.</summary>
    public string Aside { get; init; } = "";
}
