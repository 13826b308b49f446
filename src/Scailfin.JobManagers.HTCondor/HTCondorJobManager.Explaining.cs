using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Staging;
using Scailfin.JobManagers.HTCondor.Submitters;

namespace Scailfin.JobManagers.HTCondor;

/// <content>What people ask: the log while it grows, why a job waits, whether the pool is well.</content>
internal sealed partial class HTCondorJobManager
{
    public async Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(attempt.Spec.WorkflowWorkspace))
            return ReadOnlyMemory<byte>.Empty;
        return await InWorkspaceAsync(attempt, place => ReadLog(place, offset, limit), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        Dictionary<string, SeenJob> found = await SeeAsync(SessionOf(attempt), [attempt], sparingly: false, cancellationToken);
        if (!found.TryGetValue(attempt.Identity, out SeenJob? seen))
            return ["HTCondor has it neither in its queue nor in its history."];
        HTCondorOutput job = seen.Job;
        string where = job.Host.Length == 0 ? "" : $" on {job.Host}";
        return job.Status switch
        {
            HTCondorStates.Idle when job.Starts == 0 && job.RejectReason.Length > 0 =>
            [
                $"It waits as job {job.Key}: no machine takes it ({job.RejectReason}).",
                $"HTCondor tells more by: condor_q -better-analyze {job.Key}",
            ],
            HTCondorStates.Idle => [$"It waits as job {job.Key} for the pool's next round of matches."],
            HTCondorStates.Held =>
            [
                $"It is held as job {job.Key}: {HTCondorStates.OfHold(job.HoldCode, job.HoldSubcode).Means}.",
                $"HTCondor says: {job.HoldReason} (code {job.HoldCode})",
            ],
            HTCondorStates.Running when job.Disconnected.Length > 0 =>
                [$"It runs as job {job.Key}, as far as HTCondor knows.", job.Disconnected],
            HTCondorStates.Running => [$"It runs as job {job.Key}{where}."],
            HTCondorStates.Suspended => [$"It is suspended as job {job.Key}{where}: the machine's own rules do that."],
            HTCondorStates.TransferringOutput => [$"Job {job.Key} has ended{where}; its output files are on their way."],
            HTCondorStates.Completed => [$"Job {job.Key} has completed{where}."],
            HTCondorStates.Removed => [$"Job {job.Key} was removed: {job.RemoveReason}"],
            _ => [],
        };
    }

    public async Task<string?> CheckHealthAsync(CancellationToken cancellationToken)
    {
        // Where every owner submits for himself, nobody's credentials are at hand for a question; the last conversation stands for all.
        ScheddSession? session =
            _options.User == Submitter.OwnerMark ? _sessions.Values.FirstOrDefault() : SessionOf(new Submitter(_options.User));
        try
        {
            if (session is not null)
                await session.Calls.LocateAsync(cancellationToken);
            return null;
        }
        catch (JobManagerUnavailableException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The wrapper's own log where it is here already, else what HTCondor streams: the same bytes.</summary>
    private static ReadOnlyMemory<byte> ReadLog(AttemptPlace place, long offset, int limit)
    {
        string path = PlainFile.Is(place.Files.Output) ? place.Files.Output : place.Stream;
        if (!PlainFile.Is(path))
            return ReadOnlyMemory<byte>.Empty;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length <= offset)
            return ReadOnlyMemory<byte>.Empty;
        stream.Seek(offset, SeekOrigin.Begin);
        byte[] bytes = new byte[Math.Min(limit, stream.Length - offset)];
        return bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
