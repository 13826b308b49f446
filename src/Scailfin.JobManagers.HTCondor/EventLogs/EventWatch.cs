using HTCondor.Net;
using HTCondor.Net.EventLogs;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.HTCondor.EventLogs;

/// <summary>
/// Follows the event logs of the workspaces that have live attempts: hints only, because the owner of a log can write into it. If a log
/// cannot be read there are no hints, and the queue is polled at the usual interval.
/// </summary>
internal sealed class EventWatch(Action<JobId> changed, TimeProvider time) : IDisposable
{
    /// <summary>Each takes a watch of the operating system.</summary>
    private const int MostLogs = 200;

    /// <summary>Delays after an event: the queue shows its change a moment later.</summary>
    private static readonly TimeSpan[] Again = [TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(600)];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Followed> _logs = new(StringComparer.Ordinal);

    /// <summary>Follows the log of the attempt's workspace, if it is not followed already.</summary>
    public void Add(AttemptPlace place, JobId job, JobKey key)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(place.EventLog, out Followed? followed))
            {
                if (_logs.Count >= MostLogs)
                    return;
                _logs[place.EventLog] = followed = new Followed();
                _ = FollowAsync(place, followed);
            }

            followed.Jobs[key] = job;
        }
    }

    /// <summary>The last attempt of a workspace ends the watch of its log.</summary>
    public void Remove(AttemptPlace place, JobId job)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(place.EventLog, out Followed? followed))
                return;
            foreach (JobKey key in followed.Jobs.Where(pair => pair.Value == job).Select(pair => pair.Key).ToArray())
                followed.Jobs.Remove(key);
            if (followed.Jobs.Count > 0)
                return;
            _logs.Remove(place.EventLog);
            followed.End.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Followed followed in _logs.Values)
                followed.End.Cancel();
            _logs.Clear();
        }
    }

    /// <summary>
    /// Opens a log with the rights of the workspace's owner: he may have put a link in its place, and the service may be root's.
    /// </summary>
    internal static JobEventLogOptions OptionsOf(AttemptPlace place) =>
        new() { Open = file => WorkspaceOwner.Do(place.Workspace, () => RegularFile.Open(file)) };

    private async Task FollowAsync(AttemptPlace place, Followed followed)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using CancellationTokenSource end = followed.End;
        while (!end.IsCancellationRequested)
        {
            try
            {
                var log = new JobEventLog(place.EventLog, OptionsOf(place), time);
                await foreach (JobEventBatch batch in log.FollowAsync(cancellationToken: end.Token))
                    _ = TellAsync(JobsOf(followed, batch));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(TimeSpan.FromSeconds(30), time, CancellationToken.None);
            }
        }
    }

    private JobId[] JobsOf(Followed followed, JobEventBatch batch)
    {
        lock (_lock)
            return [.. batch.Events.Select(one => followed.Jobs.TryGetValue(one.Job, out JobId job) ? job : (JobId?)null)
                .OfType<JobId>().Distinct()];
    }

    private async Task TellAsync(JobId[] jobs)
    {
        Array.ForEach(jobs, changed);
        foreach (TimeSpan later in Again)
        {
            await Task.Delay(later, time);
            Array.ForEach(jobs, changed);
        }
    }

    private sealed class Followed
    {
        public Dictionary<JobKey, JobId> Jobs { get; } = [];

        public CancellationTokenSource End { get; } = new();
    }
}
