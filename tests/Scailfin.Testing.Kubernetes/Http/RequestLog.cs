using System.Collections.Concurrent;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Every request that named a resource, in the order of arrival.</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<ApiRequest> _requests = [];

    public IReadOnlyCollection<ApiRequest> All => _requests;

    public int Count(string verb, string resource) => _requests.Count(request => request.Verb == verb && request.Resource == resource);

    public void Clear() => _requests.Clear();

    internal void Add(ApiRequest request) => _requests.Enqueue(request);
}
