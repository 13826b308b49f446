namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>The result of unpacking a step's outputs.</summary>
/// <param name="Files">The number of files that were retrieved, now or in an earlier try.</param>
/// <param name="Conflicts">Files that another program changed while the step ran: its version stays, the step's is kept apart.</param>
/// <param name="Refused">Links that lead out of the workspace, or may do so.</param>
/// <param name="Problem">Null, or why the archive was not unpacked to its end.</param>
internal sealed record Unpacked(int Files, IReadOnlyList<string> Conflicts, IReadOnlyList<string> Refused, string? Problem)
{
    /// <summary>No outputs.</summary>
    public static Unpacked Nothing { get; } = new(0, [], [], null);
}
