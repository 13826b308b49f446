namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>What became of the outputs of a step.</summary>
/// <param name="Files">How many came home, now or in an earlier try.</param>
/// <param name="Conflicts">Files that somebody else changed meanwhile: theirs stayed, the step's version lies apart.</param>
/// <param name="Refused">Links that lead out of the workspace, or may do so.</param>
/// <param name="Problem">Null, or why the archive was not unpacked to its end.</param>
internal sealed record Unpacked(int Files, IReadOnlyList<string> Conflicts, IReadOnlyList<string> Refused, string? Problem)
{
    /// <summary>There were none.</summary>
    public static Unpacked Nothing { get; } = new(0, [], [], null);
}
