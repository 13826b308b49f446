using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Gives every pod its actor. On the controllers' thread only.</summary>
internal sealed class Kubelet(NodeParts parts, PodLives lives)
{
    private readonly Dictionary<string, PodActor> _pods = [];
    private readonly Dictionary<string, PodLife> _chosen = [];

    /// <summary>The life of a pod that a controller is about to create.</summary>
    public void Choose(string uid, PodLife life) => _chosen[uid] = life;

    public void Changed(ObjectChange change)
    {
        StoredObject pod = change.Object;
        switch (change.Kind)
        {
            case ChangeKind.Added:
                PodLife life = _chosen.Remove(pod.Uid, out PodLife? chosen) ? chosen : lives.For(pod);
                var actor = new PodActor(pod, life, parts);
                _pods[pod.Uid] = actor;
                actor.Advance();
                break;
            case ChangeKind.Modified when pod.IsBeingDeleted:
                _pods.GetValueOrDefault(pod.Uid)?.Terminate(pod);
                break;
            case ChangeKind.Modified:
                _pods.GetValueOrDefault(pod.Uid)?.Limit(pod.Spec.Number("activeDeadlineSeconds"));
                break;
            case ChangeKind.Deleted:
                if (_pods.Remove(pod.Uid, out PodActor? gone))
                    gone.Forget();
                break;
        }
    }
}
