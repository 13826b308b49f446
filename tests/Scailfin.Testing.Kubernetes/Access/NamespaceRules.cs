using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Access;

/// <summary>Which namespaces there are, and what may be created in them.</summary>
public sealed class NamespaceRules
{
    private readonly ConcurrentDictionary<string, byte> _names = [];
    private readonly ConcurrentDictionary<string, byte> _terminating = [];
    private readonly ConcurrentDictionary<string, byte> _podless = [];
    private readonly ConcurrentDictionary<string, (string Quota, int Count)> _jobQuotas = [];

    internal NamespaceRules(IEnumerable<string> names)
    {
        foreach (string name in names)
            Add(name);
    }

    public void Add(string name) => _names[name] = 0;

    /// <summary>It is gone, and with it what it held.</summary>
    public void Remove(string name) => _names.TryRemove(name, out _);

    public IReadOnlyCollection<string> Names => [.. _names.Keys];

    /// <summary>A ResourceQuota that leaves no pod. The Jobs are made all the same.</summary>
    public void ForbidPods(string name) => _podless[name] = 0;

    public bool AllowsPods(string name) => !_podless.ContainsKey(name);

    /// <summary>The namespace is being deleted: nothing new goes in.</summary>
    public void Terminate(string name)
    {
        Add(name);
        _terminating[name] = 0;
    }

    /// <summary>A ResourceQuota on the number of Jobs.</summary>
    public void LimitJobs(string name, string quota, int count)
    {
        Add(name);
        _jobQuotas[name] = (quota, count);
    }

    public void LiftLimit(string name) => _jobQuotas.TryRemove(name, out _);

    internal void CheckExists(string @namespace)
    {
        if (!_names.ContainsKey(@namespace))
            throw new ApiFailureException(new ApiFailure(
                404,
                "NotFound",
                $"namespaces \"{@namespace}\" not found",
                new JsonObject { ["name"] = @namespace, ["kind"] = "namespaces" }));
    }

    internal void Check(ObjectStore store, ResourceType type, string @namespace, string name)
    {
        if (_terminating.ContainsKey(@namespace))
            throw new ApiFailureException(Terminating(type, @namespace, name));
        if (type != ResourceType.Jobs || !_jobQuotas.TryGetValue(@namespace, out (string Quota, int Count) limit))
            return;
        int used = store.List(type, @namespace).Count;
        if (used >= limit.Count)
        {
            throw new ApiFailureException(new ApiFailure(403, "Forbidden",
                $"{type.QualifiedName} \"{name}\" is forbidden: exceeded quota: {limit.Quota}, requested: count/jobs.batch=1, used: "
                    + $"count/jobs.batch={used}, limited: count/jobs.batch={limit.Count}",
                ApiFailure.DetailsOf(type, name)));
        }
    }

    private static ApiFailure Terminating(ResourceType type, string @namespace, string name)
    {
        JsonObject details = ApiFailure.DetailsOf(type, name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {@namespace} is being terminated",
            ["field"] = "metadata.namespace",
        });
        return new ApiFailure(
            403,
            "Forbidden",
            $"{type.QualifiedName} \"{name}\" is forbidden: unable to create new content in namespace {@namespace} because it is being "
                + "terminated",
            details);
    }
}
