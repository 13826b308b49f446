using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>How attempts are stopped, collected and forgotten.</summary>
internal sealed partial class HTCondorJobManager
{
    private readonly ConcurrentDictionary<string, Task> _spooling = new(StringComparer.Ordinal);

    public async Task StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // First what keeps anything from beginning, then what ends what has begun: in this order nothing slips through between.
        if (Directory.Exists(attempt.Spec.WorkflowWorkspace))
        {
            try
            {
                await InWorkspaceAsync(attempt, place => Bury(attempt, place), cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new JobManagerUnavailableException(
                    $"The stop cannot be noted in the job's workspace: {exception.Message}", exception);
            }
        }

        await SessionOf(attempt).Removals.AddAsync(attempt).WaitAsync(cancellationToken);
    }

    public async Task<Collected> CollectAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        long limit = _options.Profile.LogHead + _options.Profile.LogTail + 1024;
        ReadOnlyMemory<byte> log = await ReadLogAsync(attempt, 0, (int)Math.Min(limit, int.MaxValue), cancellationToken);
        string text = Encoding.UTF8.GetString(log.Span).Replace('\0', '\uFFFD');
        IReadOnlyList<string> notes = _homecoming.Find(attempt)?.Notes ?? [];
        return new Collected(
            notes.Count == 0 ? text : $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : "\n")}{string.Join('\n', notes)}\n");
    }

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await SessionOf(attempt).Releases.AddAsync(attempt).WaitAsync(cancellationToken);
        _events.Remove(new AttemptPlace(attempt), attempt.JobId);
        if (Directory.Exists(attempt.Spec.WorkflowWorkspace))
        {
            await InWorkspaceAsync(attempt, place => Remove(place), cancellationToken);
        }

        _homecoming.Forget(attempt);
        _absence.Forget(attempt.Identity);
    }

    private bool Bury(Attempt attempt, AttemptPlace place)
    {
        // A submission that waits for its turn sees this before it goes. The time since which the schedd answers that it has no such job is
        // measured from here; a repeated stop must not start it again, or the end is never certain.
        if (AttemptFiles.Bury(place))
            _absence.Forget(attempt.Identity);
        return true;
    }

    private static bool Remove(AttemptPlace place)
    {
        AttemptFiles.Remove(place);
        return true;
    }

    [LoggerMessage(
        EventId = 702, Level = LogLevel.Warning, Message = "Attempt {Identity} is twice in the queue: {First} stays, {Twin} is removed")]
    private static partial void LogTwin(ILogger logger, string identity, string first, string twin);

    [LoggerMessage(
        EventId = 703, Level = LogLevel.Warning, Message = "Job {JobId}: its input could not be spooled and is tried again: {Reason}")]
    private static partial void LogSpoolFailed(ILogger logger, JobId jobId, string reason);
}
