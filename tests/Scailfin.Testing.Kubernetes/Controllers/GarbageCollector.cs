using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>What becomes of the pods of a Job that is deleted. On the controllers' thread only.</summary>
internal sealed class GarbageCollector(ObjectStore store, ObjectDeletion deletion)
{
    /// <summary>Background: the owner is gone already.</summary>
    public void OwnerGone(IReadOnlyList<StoredObject> pods)
    {
        foreach (StoredObject pod in pods)
        {
            if (store.Find(ResourceType.Pods, pod.Namespace, pod.Name) is { } current
                && current.Uid == pod.Uid
                && current.Owner is not null
                && !current.IsBeingDeleted)
                deletion.DeletePod(current, null);
        }
    }

    /// <summary>Foreground: the pods go first, then the owner. Orphan: the pods are left alone, without owner.</summary>
    public void OwnerIsBeingDeleted(StoredObject owner, IReadOnlyList<StoredObject> pods, Action release)
    {
        if (Has(owner, ObjectDeletion.Orphan))
        {
            foreach (StoredObject pod in pods)
            {
                store.Change(ResourceType.Pods, pod.Namespace, pod.Name, pod.Uid, (copy, _) =>
                {
                    ((JsonObject)copy["metadata"]!).Remove("ownerReferences");
                    return ObjectStore.Outcome.Store;
                });
            }
            release();
        }
        else
        {
            release();
            OwnerGone(pods);
            if (pods.Any(pod => store.Find(ResourceType.Pods, pod.Namespace, pod.Name)?.Uid == pod.Uid))
                return;
        }
        store.Change(owner.Type, owner.Namespace, owner.Name, owner.Uid, (_, _) => ObjectStore.Outcome.Remove);
    }

    private static bool Has(StoredObject owner, string finalizer) =>
        (owner.Metadata["finalizers"] as JsonArray)?.Any(value => value?.GetValue<string>() == finalizer) == true;
}
