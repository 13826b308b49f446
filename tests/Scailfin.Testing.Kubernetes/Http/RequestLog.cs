using System.Collections.Concurrent;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Every request that named a resource, in the order of arrival.</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<ApiRequest> _requests = [];
    private int _logs;

    public IReadOnlyCollection<ApiRequest> All => _requests;

    /// <summary>How many logs were begun to be sent; from then on the end of their pods takes nothing of them away.</summary>
    public int Logs => _logs;

    public int Count(string verb, string resource) => _requests.Count(request => request.Verb == verb && request.Resource == resource);

    public void Clear() => _requests.Clear();

    internal void AddLog() => Interlocked.Increment(ref _logs);

    internal void Add(ApiRequest request) => _requests.Enqueue(request);
}
