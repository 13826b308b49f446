using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Selectors;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>DELETE: the three propagation policies of Jobs, the slow end of pods, and collections.</summary>
internal sealed class ObjectDeletion(ObjectStore store, TimeProvider time)
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";
    private const string OrphanWarning =
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
            + "propagationPolicy=Orphan to suppress this warning";

    private readonly ConcurrentDictionary<Action<StoredObject>, byte> _listeners = [];

    public ApiAnswer Delete(ApiRequest request, byte[] body)
    {
        DeleteOptions options = DeleteOptions.Read(request, body);
        if (store.Find(request.Type, request.Namespace!, request.Name!) is not { } found)
            throw new ApiFailureException(ApiFailure.NotFound(request.Type, request.Name!));
        options.Check(found);
        if (options.IsDryRun)
            return ApiAnswer.Of(200, found);
        string[] warnings =
            found.Type == ResourceType.Jobs && options.Propagation is null && options.OrphanDependents is null ? [OrphanWarning] : [];
        StoredObject? left = Delete(found, options);
        if (left is null)
        {
            foreach (Action<StoredObject> listener in _listeners.Keys)
                listener(found);
        }
        return (left is null ? Success(found) : ApiAnswer.Of(200, left)) with { Warnings = warnings };
    }

    /// <summary>Calls back when a client deleted an object and it is gone.</summary>
    public void Listen(Action<StoredObject> listener) => _listeners[listener] = 0;

    public void Unlisten(Action<StoredObject> listener) => _listeners.TryRemove(listener, out _);

    public ApiAnswer DeleteCollection(ApiRequest request, byte[] body)
    {
        DeleteOptions options = DeleteOptions.Read(request, body);
        ObjectSelector selector = ObjectSelector.Of(request);
        (long version, _, StoredObject[] items) = store.Snapshot(request.Type, request.Namespace);
        StoredObject[] matching = [.. items.Where(selector.Matches)];
        foreach (StoredObject item in matching)
            Delete(item, options);
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        return new ApiAnswer(200, ListAnswer.Body(request.Type, metadata, matching));
    }

    /// <summary>Answers what is left of the object for now; null if it is gone. A pod is always answered, also one that is gone.</summary>
    public StoredObject? Delete(StoredObject found, DeleteOptions options)
    {
        if (found.Type == ResourceType.Pods)
            return DeletePod(found, options.GraceSeconds);
        string? finalizer = found.Type != ResourceType.Jobs ? null
            : options.IsForeground ? Foreground
            : options.IsOrphan ? Orphan
            : null;
        bool isGone = false;
        StoredObject? last = store.Change(found.Type, found.Namespace, found.Name, found.Uid, (copy, current) =>
        {
            if (finalizer is null && !current.HasFinalizers)
            {
                isGone = true;
                return ObjectStore.Outcome.Remove;
            }
            if (current.IsBeingDeleted)
                return ObjectStore.Outcome.Keep;
            MarkDeleted(copy, 0, finalizer);
            return ObjectStore.Outcome.Store;
        });
        return isGone ? null : last;
    }

    /// <summary>
    /// A pod without a node, or one that has ended, goes at once; others when the kubelet has ended it, or the grace is 0.
    /// </summary>
    public StoredObject? DeletePod(StoredObject pod, long? asked)
    {
        return store.Change(ResourceType.Pods, pod.Namespace, pod.Name, pod.Uid, (copy, current) =>
        {
            long grace = asked ?? current.Spec.Number("terminationGracePeriodSeconds") ?? 30;
            if (current.Spec.Text("nodeName") is null || current.Phase is "Succeeded" or "Failed")
                grace = 0;
            if (current.IsBeingDeleted && current.Metadata.Number("deletionGracePeriodSeconds") <= grace && grace > 0)
                return ObjectStore.Outcome.Keep;
            if (grace == 0 && current.IsBeingDeleted && current.Metadata.Number("deletionGracePeriodSeconds") == 0)
                return current.HasFinalizers ? ObjectStore.Outcome.Keep : ObjectStore.Outcome.Remove;
            MarkDeleted(copy, grace, null);
            if (grace > 0 || current.HasFinalizers)
                return ObjectStore.Outcome.Store;
            return ObjectStore.Outcome.StoreAndRemove;
        });
    }

    private void MarkDeleted(JsonObject copy, long grace, string? finalizer)
    {
        var metadata = (JsonObject)copy["metadata"]!;
        bool isFirst = !metadata.ContainsKey("deletionTimestamp");
        string when = time.GetUtcNow().AddSeconds(grace).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        int at = metadata.IndexOf("creationTimestamp") + 1;
        metadata.Insert(at, "deletionTimestamp", when);
        metadata.Insert(at + 1, "deletionGracePeriodSeconds", grace);
        if (isFirst && metadata.Number("generation") is { } generation)
            metadata["generation"] = generation + 1;
        if (finalizer is not null)
        {
            if (metadata["finalizers"] is not JsonArray finalizers)
                metadata["finalizers"] = finalizers = [];
            finalizers.Add(finalizer);
        }
    }

    private static ApiAnswer Success(StoredObject gone)
    {
        JsonObject details = ApiFailure.DetailsOf(gone.Type, gone.Name);
        details["uid"] = gone.Uid;
        return ApiAnswer.Of(200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }
}
