namespace Scailfin.Core.JobManagers;

/// <summary>The result of collecting an ended attempt.</summary>
/// <param name="Logs">The log, for users.</param>
public sealed record Collected(string Logs)
{
    /// <summary>How the attempt ended, where the observed end was provisional; else null.</summary>
    public AttemptEnd? Verdict { get; init; }

    /// <summary>What the backend says beside the verdict without deciding it; for the timeline. Empty for nothing.</summary>
    public string Aside { get; init; } = "";
}
