using System.Collections.Concurrent;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>The logs on the nodes; they go with their pod.</summary>
internal sealed class ContainerLogs(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Pod, string Container), ContainerLog> _logs = [];
    private readonly ConcurrentDictionary<string, byte> _unreachable = [];

    public ContainerLog Of(string podUid, string container) => _logs.GetOrAdd((podUid, container), _ => new ContainerLog());

    /// <summary>The node of this pod does not answer.</summary>
    public bool IsUnreachable(string podUid) => _unreachable.ContainsKey(podUid);

    public void MakeUnreachable(string podUid) => _unreachable[podUid] = 0;

    public void Forget(string podUid, IEnumerable<string> containers)
    {
        foreach (string container in containers)
        {
            if (_logs.TryRemove((podUid, container), out ContainerLog? log))
                log.End(time.GetUtcNow());
        }
        _unreachable.TryRemove(podUid, out _);
    }
}
