using System.Collections.Concurrent;
using System.Text;
using Scailfin.JobManagers.Kubernetes.Api;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>
/// Shows what running jobs write. Kubernetes has no byte offsets: each log that is read is followed once, for as long as a client reads it,
/// and its newest part is kept.
/// </summary>
internal sealed class LiveLogs(KubernetesApi api, TimeProvider time)
{
    /// <summary>How long a reader waits for something new, so that a quick succession of reads sees all that is there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly byte[] Header = Encoding.UTF8.GetBytes(JobLogText.MainHeader);

    private readonly ConcurrentDictionary<string, LiveLogStream> _streams = new(StringComparer.Ordinal);

    /// <summary>
    /// Bytes of the log of a container from that offset on; the text that will stand before it in the stored log comes first.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        string pod, string container, long offset, int limit, CancellationToken cancellationToken)
    {
        if (offset < Header.Length)
            return Header.AsMemory((int)offset, (int)Math.Min(limit, Header.Length - offset));
        long at = offset - Header.Length;
        LiveLogStream stream = _streams.GetOrAdd(pod, _ => Open(pod, container, at));
        if (!stream.Covers(at))
        {
            Close(pod);
            stream = _streams.GetOrAdd(pod, _ => Open(pod, container, at));
        }

        return await stream.ReadAsync(at, limit, Patience, cancellationToken);
    }

    /// <summary>Closes the live logs of a pod that is no longer read.</summary>
    public void Close(string pod)
    {
        if (_streams.TryRemove(pod, out LiveLogStream? stream))
            stream.Close();
    }

    private LiveLogStream Open(string pod, string container, long from)
    {
        var stream = new LiveLogStream(from, time);
        stream.Start(
            token => api.LogAsync(pod, container, follow: true, token), () => _streams.TryRemove(KeyValuePair.Create(pod, stream)));
        return stream;
    }
}
