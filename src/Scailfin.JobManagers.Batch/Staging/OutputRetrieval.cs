using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>What was brought home of an attempt that is over.</summary>
/// <param name="Record">The wrapper's receipt.</param>
/// <param name="Complaint">Why there is no receipt, in the wrapper's last words; empty where there is one, or no word.</param>
/// <param name="Problem">Why its outputs are not all there; null where they are.</param>
/// <param name="Notes">For the end of its log: what did not come home, and why.</param>
internal sealed record Retrieved(OwnRecord Record, string Complaint, string? Problem, IReadOnlyList<string> Notes)
{
    /// <summary>Nothing came, because the workspace that it would have come to is gone.</summary>
    public static Retrieved Nothing { get; } = new(new OwnRecord.None(), "The job's workspace is gone.", null, []);
}

/// <summary>Brings the outputs of ended attempts home, some attempts at a time, and reads their receipts.</summary>
internal sealed class OutputRetrieval(StagingMode staging, long largest, TimeProvider time)
{
    private const int MostNotes = 100;

    private readonly SemaphoreSlim _places = new(4, 4);

    /// <param name="attempt">The attempt.</param>
    /// <param name="retrieve">Brings the files from the scheduler first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">Files cannot be read or written; may be tried again.</exception>
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
            attempt, place.Files, () => AttemptFiles.NonceOf(place), place.Errors, time.GetUtcNow());
        if (staging == StagingMode.Shared)
            return new Retrieved(left.Record, left.Complaint, null, []);
        using var archive = new OutputArchive(place, SnapshotOf(place), largest, cancellationToken);
        Unpacked outputs = archive.Unpack(left.Archive);
        string[] notes =
        [
            .. outputs.Conflicts.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' was changed by somebody else while the step ran and stayed as it is; the step's version is "
                    + $"'{Path.Combine(AttemptPlace.Folder, "conflicts", attempt.Identity, name)}'."),
            .. outputs.Refused.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' is a link that leads out of the workspace, or may do so, and stayed behind."),
            .. outputs.Problem is { } text ? [$"[scailfin] Outputs did not come home: {text}."] : Array.Empty<string>(),
        ];
        return new Retrieved(left.Record, left.Complaint, outputs.Problem ?? Conflict(outputs), notes);
    }

    private static string? Conflict(Unpacked outputs) => outputs.Conflicts.Count == 0
        ? null
        : $"{outputs.Conflicts.Count} of them had been changed by somebody else meanwhile, '{outputs.Conflicts[0]}' first";

    private static WorkspaceSnapshot SnapshotOf(AttemptPlace place) =>
        PlainFile.Is(place.Snapshot) ? WorkspaceSnapshot.Parse(File.ReadAllText(place.Snapshot)) : WorkspaceSnapshot.Of([]);
}
