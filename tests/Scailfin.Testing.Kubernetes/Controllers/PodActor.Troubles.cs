using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <content>What goes wrong with a pod.</content>
internal sealed partial class PodActor
{
    public void Wait(string reason, string? message)
    {
        SimulatedContainer container = _pod.Main.First();
        container.Wait(reason, message);
        Publish();
        node.Events.Pod(
            _pod,
            "Warning",
            "Failed",
            reason == "ErrImagePull" ? $"Failed to pull image \"{Image}\": {message}" : $"Error: {reason}",
            "kubelet",
            container);
    }

    public void Warn(string reason, string message) => node.Events.Pod(_pod, "Warning", reason, message, "kubelet");

    public void Refuse(string reason, string message)
    {
        (_pod.Phase, _pod.Reason, _pod.Message) = ("Failed", reason, message);
        Publish();
        node.Events.Pod(_pod, "Warning", reason, message, "kubelet");
    }

    public void Custom(Action<SimulatedPod> action)
    {
        action(_pod);
        Publish();
    }

    public void EvictByKubelet(string message, bool isForNode)
    {
        node.Events.Pod(_pod, "Warning", "Evicted", message, "kubelet");
        if (isForNode)
            _pod.Disrupt("TerminationByKubelet", message);
        (_pod.Reason, _pod.Message) = ("Evicted", message);
        EndAll(137, "ContainerStatusUnknown", "The container could not be located when the pod was terminated");
        Publish();
    }

    public void TakeAway(string reason, string message)
    {
        _pod.Disrupt(reason, message);
        Publish();
        if (node.Store.Find(ResourceType.Pods, _pod.Namespace, _pod.Name) is { } current && current.Uid == _pod.Uid)
            node.Deletion.DeletePod(current, null);
    }

    public void LoseNode()
    {
        _pod.Lose();
        node.Store.Change(ResourceType.Pods, _pod.Namespace, _pod.Name, _pod.Uid, (copy, _) =>
        {
            foreach (JsonObject condition in copy["status"].Objects("conditions").Where(condition => condition.Text("type") == "Ready"))
            {
                condition["status"] = "False";
                condition["lastTransitionTime"] = SimulatedContainer.Stamp(node.Time.GetUtcNow());
            }
            return ObjectStore.Outcome.Store;
        });
        node.Events.Pod(_pod, "Warning", "NodeNotReady", "Node is not ready", "node-controller");
    }

    /// <summary>The pod garbage collector: the node is gone for good.</summary>
    public void RemoveFromLostNode()
    {
        _pod.Disrupt("DeletionByPodGC", "PodGC: node no longer exists");
        _pod.Phase = "Failed";
        Publish();
        _isEnding = true;
        Remove();
    }
}
