using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>The outputs and the receipt of an ended attempt, as retrieved.</summary>
/// <param name="Record">The wrapper's receipt.</param>
/// <param name="Complaint">Why there is no receipt: the wrapper's last output; empty if there is a receipt, or no output.</param>
/// <param name="Problem">Why not all outputs were retrieved; null if they were.</param>
/// <param name="Notes">Lines for the end of the job's log: the outputs that were not retrieved, and why.</param>
internal sealed record Retrieved(OwnRecord Record, string Complaint, string? Problem, IReadOnlyList<string> Notes)
{
    /// <summary>Nothing was retrieved, because the workspace no longer exists.</summary>
    public static Retrieved Nothing { get; } = new(new OwnRecord.None(), "The job's workspace is gone.", null, []);
}

/// <summary>Retrieves the outputs of ended attempts, a few attempts at a time, and reads their receipts.</summary>
internal sealed class OutputRetrieval(StagingMode staging, long largest, TimeProvider time)
{
    private const int MostNotes = 100;

    private readonly SemaphoreSlim _places = new(4, 4);

    /// <param name="attempt">The attempt.</param>
    /// <param name="retrieve">Retrieves the files from the scheduler first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">Files cannot be read or written; the caller may retry.</exception>
    public async Task<Retrieved> BringAsync(Attempt attempt, Func<Task> retrieve, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await retrieve();
            return Presence.OfDirectory(attempt.Spec.WorkflowWorkspace)
                ? await WorkspaceOwner.DoAsync(attempt.Spec.WorkflowWorkspace, () => Read(attempt, cancellationToken), cancellationToken)
                : Retrieved.Nothing;
        }
        finally
        {
            _places.Release();
        }
    }

    private Retrieved Read(Attempt attempt, CancellationToken cancellationToken)
    {
        var place = new AttemptPlace(attempt);
        AttemptRecord left = AttemptRecord.Read(
            attempt, place.Files, () => AttemptFiles.NonceOf(place), place.Errors, place.Stream, time.GetUtcNow());
        if (staging == StagingMode.Shared)
            return new Retrieved(left.Record, left.Complaint, null, []);
        using var archive = new OutputArchive(place, SnapshotOf(place), largest, cancellationToken);
        Unpacked outputs = archive.Unpack(left.Archive);
        string[] notes =
        [
            .. outputs.Conflicts.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' was changed by another program while the step ran and was not replaced; the step's version is "
                    + $"'{Path.Combine(AttemptPlace.Folder, "conflicts", attempt.Identity, name)}'."),
            .. outputs.Refused.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' is a link that points, or may point, outside the workspace; it was not retrieved."),
            .. outputs.Problem is { } text ? [$"[scailfin] Outputs were not retrieved: {text}."] : Array.Empty<string>(),
        ];
        return new Retrieved(left.Record, left.Complaint, outputs.Problem ?? Conflict(outputs), notes);
    }

    private static string? Conflict(Unpacked outputs) => outputs.Conflicts.Count == 0
        ? null
        : $"{outputs.Conflicts.Count} of the files were changed by another program while the step ran, such as '{outputs.Conflicts[0]}'";

    private static WorkspaceSnapshot SnapshotOf(AttemptPlace place) =>
        Presence.OfRegularFile(place.Snapshot) ? WorkspaceSnapshot.Parse(File.ReadAllText(place.Snapshot)) : WorkspaceSnapshot.Of([]);
}
