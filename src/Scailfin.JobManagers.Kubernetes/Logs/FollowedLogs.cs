using System.Collections.Concurrent;
using Scailfin.JobManagers.Kubernetes.Api;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Reads the logs of running containers while they are written. The kubelet rotates a log at 10 MiB and serves the newest file only; who
/// has followed since before gets all of it. The number of logs is bounded, and so are the bytes that are kept: further bytes are only
/// counted.
/// </summary>
internal sealed class FollowedLogs(KubernetesApi api, int limitMegabytes, TimeProvider time) : IDisposable
{
    /// <summary>Each is an open request at the API server; further jobs' logs are read when they have ended.</summary>
    private const int MostFollowed = 500;

    private const long MostKept = 128L << 20;

    private readonly ConcurrentDictionary<(string Pod, string Container), FollowedLog> _logs = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _kept;

    /// <summary>
    /// Begins to follow, unless it has; completes when the head of the answer has come. Null if too many are followed already.
    /// </summary>
    public async Task<FollowedLog?> FollowAsync(string pod, string container)
    {
        if (_logs.Count >= MostFollowed && !_logs.ContainsKey((pod, container)))
            return null;
        var fresh = new FollowedLog(limitMegabytes, Keep);
        FollowedLog log = _logs.GetOrAdd((pod, container), fresh);
        if (ReferenceEquals(log, fresh))
            _ = log.RunAsync(token => api.LogAsync(pod, container, follow: true, token), _stopping.Token);
        await log.Opened;
        return log;
    }

    /// <summary>
    /// Returns the log of a container that has ended, after waiting for its last bytes, at most for <paramref name="bound"/>; null if it
    /// was not followed.
    /// </summary>
    public async Task<FollowedLog?> FinishAsync(string pod, string container, TimeSpan bound, CancellationToken cancellationToken)
    {
        if (!_logs.TryGetValue((pod, container), out FollowedLog? log))
            return null;
        await Task.WhenAny(log.Ended, Task.Delay(bound, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        log.Stop();
        await log.Ended;
        return log;
    }

    /// <summary>Drops the pod's logs: they are stored, or not needed.</summary>
    public void Forget(string pod)
    {
        foreach ((string Pod, string Container) key in _logs.Keys.Where(key => key.Pod == pod))
        {
            if (_logs.TryRemove(key, out FollowedLog? log))
            {
                log.Stop();
                log.Drop();
            }
        }
    }

    public void Dispose() => _stopping.Cancel();

    /// <summary>Reserves memory for more bytes, or releases it; returns false if none is left.</summary>
    private bool Keep(long bytes)
    {
        if (Interlocked.Add(ref _kept, bytes) <= MostKept || bytes <= 0)
            return true;
        Interlocked.Add(ref _kept, -bytes);
        return false;
    }
}
