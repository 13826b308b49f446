using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.HTCondor.Staging;

/// <summary>What came home of an attempt that is over in the queue.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Notes">For the end of its log: what did not come home, and why.</param>
internal sealed record Arrival(AttemptEnd End, IReadOnlyList<string> Notes);

/// <summary>
/// Brings the outputs of ended attempts home, some at a time, beside the observation of the others: an end is told only once its files are
/// there.
/// </summary>
internal sealed partial class Homecoming(HTCondorOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>How long an end may wait for files that cannot be read or written.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    private const int MostNotes = 100;

    private readonly ConcurrentDictionary<string, Task<Arrival>> _arrivals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(4, 4);

    /// <summary>The arrival of this attempt, begun when it is first asked for; null while it is under way.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="ending">Its end if no receipt tells better.</param>
    /// <param name="retrieve">Brings the files from the schedd's spool first.</param>
    /// <param name="arrived">Called when it has come.</param>
    /// <param name="reason">Why it is not here yet.</param>
    public Arrival? Of(Attempt attempt, Func<string, AttemptEnd> ending, Func<Task> retrieve, Action<JobId>? arrived, out string reason)
    {
        reason = "Its outputs are being brought home.";
        Task<Arrival> arrival = _arrivals.GetOrAdd(attempt.Identity, _ => BringAsync(attempt, ending, retrieve, arrived));
        if (arrival.IsCompletedSuccessfully)
        {
            _failing.TryRemove(attempt.Identity, out DateTimeOffset _);
            return arrival.Result;
        }

        if (!arrival.IsCompleted)
            return null;
        string problem = arrival.Exception?.InnerException?.Message ?? "it was interrupted";
        DateTimeOffset since = _failing.GetOrAdd(attempt.Identity, time.GetUtcNow());
        if (time.GetUtcNow() - since >= Bound)
            return new Arrival(HTCondorEnds.StageOutFailed(ending(""), problem), []);
        LogTriedAgain(logger, attempt.JobId, problem);
        _arrivals.TryRemove(attempt.Identity, out _);
        reason = $"Its outputs could not be brought home yet: {problem}";
        return null;
    }

    /// <summary>What it brought, if it is here.</summary>
    public Arrival? Find(Attempt attempt) =>
        _arrivals.TryGetValue(attempt.Identity, out Task<Arrival>? arrival) && arrival.IsCompletedSuccessfully ? arrival.Result : null;

    public void Forget(Attempt attempt)
    {
        _arrivals.TryRemove(attempt.Identity, out _);
        _failing.TryRemove(attempt.Identity, out _);
    }

    private async Task<Arrival> BringAsync(Attempt attempt, Func<string, AttemptEnd> ending, Func<Task> retrieve, Action<JobId>? arrived)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _places.WaitAsync();
        try
        {
            await retrieve();
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () => Read(attempt, ending));
        }
        finally
        {
            _places.Release();
            arrived?.Invoke(attempt.JobId);
        }
    }

    private Arrival Read(Attempt attempt, Func<string, AttemptEnd> ending)
    {
        var place = new AttemptPlace(attempt);
        Receipt? receipt;
        try
        {
            receipt = Receipt.Read(place.Files.Receipt);
        }
        catch (FormatException exception)
        {
            return new Arrival(ending(exception.Message), []);
        }

        AttemptEnd end = receipt is null ? ending(LastWords.Of(place)) : receipt.ToEnd(time.GetUtcNow());
        if (options.Profile.Staging == StagingMode.Shared)
            return new Arrival(end, []);
        Unpacked outputs = new OutputArchive(place, SnapshotOf(place), options.LargestOutput, CancellationToken.None).Unpack();
        string[] notes =
        [
            .. outputs.Conflicts.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' was changed by somebody else while the step ran and stayed as it is; "
                    + $"the step's version is '{Path.Combine(AttemptPlace.Folder, "conflicts", attempt.Identity, name)}'."),
            .. outputs.Refused.Take(MostNotes).Select(name =>
                $"[scailfin] '{name}' is a link that leads out of the workspace, or may do so, and stayed behind."),
            .. outputs.Problem is { } text ? [$"[scailfin] Outputs did not come home: {text}."] : Array.Empty<string>(),
        ];
        if ((outputs.Problem ?? Conflict(outputs)) is { } problem && end.Class == EndClass.Succeeded)
            end = HTCondorEnds.StageOutFailed(end, problem);
        return new Arrival(end, notes);
    }

    private static string? Conflict(Unpacked outputs) => outputs.Conflicts.Count == 0
        ? null
        : $"{outputs.Conflicts.Count} of them had been changed by somebody else meanwhile, '{outputs.Conflicts[0]}' first";

    private static WorkspaceSnapshot SnapshotOf(AttemptPlace place) =>
        PlainFile.Is(place.Snapshot) ? WorkspaceSnapshot.Parse(File.ReadAllText(place.Snapshot)) : WorkspaceSnapshot.Of([]);

    [LoggerMessage(
        EventId = 700,
        Level = LogLevel.Warning,
        Message = "Job {JobId}: its outputs could not be brought home and are tried again: {Problem}")]
    private static partial void LogTriedAgain(ILogger logger, JobId jobId, string problem);
}
