using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>A pod as scheduler and kubelet know it; its status is written from this. Used on the controllers' thread only.</summary>
public sealed class SimulatedPod
{
    private readonly ContainerLogs _logs;
    private readonly TimeProvider _time;
    private readonly PodConditions _conditions = new();
    private readonly JsonObject _security;
    private readonly JsonObject? _resources;
    private readonly string _quality;

    internal SimulatedPod(StoredObject pod, ContainerLogs logs, TimeProvider time)
    {
        (Uid, Name, Namespace, _logs, _time) = (pod.Uid, pod.Name, pod.Namespace, logs, time);
        JsonObject spec = (JsonObject)pod.Spec!.DeepClone();
        _security = spec.Object("securityContext") ?? [];
        _quality = pod.Status.Text("qosClass") ?? "BestEffort";
        Containers =
        [
            .. spec.Objects("initContainers").Select(container => new SimulatedContainer(container, isInit: true)),
            .. spec.Objects("containers").Select(container => new SimulatedContainer(container, isInit: false)),
        ];
        _resources = spec.Objects("containers").FirstOrDefault().Object("resources");
        GraceSeconds = spec.Number("terminationGracePeriodSeconds") ?? 30;
        DeadlineSeconds = spec.Number("activeDeadlineSeconds");
        Generation = pod.Metadata.Number("generation") ?? 1;
    }

    public string Uid { get; }
    public string Name { get; }
    public string Namespace { get; }
    public IReadOnlyList<SimulatedContainer> Containers { get; }
    public string Phase { get; internal set; } = "Pending";
    public string? Reason { get; internal set; }
    public string? Message { get; internal set; }
    public bool HasEnded => Phase is "Succeeded" or "Failed";

    internal long GraceSeconds { get; }
    internal long? DeadlineSeconds { get; set; }
    internal long Generation { get; set; }
    internal string? Node { get; private set; }
    internal bool IsAccepted { get; private set; }
    internal bool HasSandbox { get; set; }
    internal DateTimeOffset? StartTime { get; private set; }
    internal bool IsLost { get; private set; }

    public SimulatedContainer Container(string name) => Containers.First(container => container.Name == name);

    /// <summary>The containers that run while the pod runs: not the init containers that end.</summary>
    internal IEnumerable<SimulatedContainer> Main => Containers.Where(container => !container.IsInit);

    internal void Schedule(string node)
    {
        Node = node;
        _conditions.Set("PodScheduled", "True", Now);
    }

    internal void CannotSchedule(string message) => _conditions.Set("PodScheduled", "False", Now, "Unschedulable", message);

    internal void Accept()
    {
        IsAccepted = true;
        StartTime ??= Now;
        bool waitsForInit = Containers.Any(container => container.IsInit);
        foreach (SimulatedContainer container in Containers)
            container.Wait(waitsForInit ? "PodInitializing" : "ContainerCreating");
    }

    internal void Write(string container, byte[] bytes) => _logs.Of(Uid, container).Write(bytes, Now);

    internal void RotateLog(string container) => _logs.Of(Uid, container).Rotate();

    internal void Start(SimulatedContainer container)
    {
        HasSandbox = true;
        container.Run(Now);
        if (!container.IsInit)
            Phase = "Running";
    }

    internal void End(SimulatedContainer container, int exitCode, string? reason = null, string? message = null)
    {
        container.End(exitCode, reason, message, Now);
        _logs.Of(Uid, container.Name).End(Now);
    }

    /// <summary>All that runs is ended, and the phase follows from the main containers.</summary>
    internal void Finish()
    {
        HasSandbox = false;
        Phase = Containers.All(container => !container.HasEnded || container.ExitCode == 0 || container.IsSidecar)
            && Main.All(container => container.HasEnded)
            ? "Succeeded"
            : "Failed";
    }

    internal void Disrupt(string reason, string message) => _conditions.Set("DisruptionTarget", "True", Now, reason, message);

    /// <summary>The node is gone: nothing of this pod changes any more but what the control plane does.</summary>
    internal void Lose()
    {
        IsLost = true;
        _logs.MakeUnreachable(Uid);
    }

    internal void ForgetLogs() => _logs.Forget(Uid, Containers.Select(container => container.Name));

    internal DateTimeOffset Now => _time.GetUtcNow();

    internal JsonObject Render()
    {
        var status = new JsonObject();
        if (IsAccepted)
            status["observedGeneration"] = Generation;
        status["phase"] = Phase;
        if (IsAccepted && Containers.Count > 0)
            _conditions.Derive(this, Now);
        if (_conditions.Render(IsAccepted ? Generation : null) is { Count: > 0 } conditions)
            status["conditions"] = conditions;
        if (Message is not null)
            status["message"] = Message;
        if (Reason is not null)
            status["reason"] = Reason;
        if (IsAccepted)
            RenderAccepted(status);
        status["qosClass"] = _quality;
        if (IsAccepted && _resources is { Count: > 0 })
            RenderResources(status);
        return status;
    }

    private void RenderAccepted(JsonObject status)
    {
        status["hostIP"] = "10.88.0.1";
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = "10.88.0.1" });
        if (Containers.Any(container => container.StartedAt is not null))
        {
            status["podIP"] = "10.244.0.2";
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "10.244.0.2" });
        }
        status["startTime"] = SimulatedContainer.Stamp(StartTime);
        JsonObject[] init = [.. Containers.Where(container => container.IsInit).Select(container => container.Render(_security))];
        if (init.Length > 0)
            status["initContainerStatuses"] = new JsonArray([.. init]);
        status["containerStatuses"] = new JsonArray([.. Main.Select(container => container.Render(_security))]);
    }

    private void RenderResources(JsonObject status)
    {
        if (_resources.Object("requests") is not { } requests)
            return;
        status["allocatedResources"] = requests.DeepClone();
        JsonObject shown = (JsonObject)_resources!.DeepClone();
        if (HasEnded)
        {
            // What the recorded kubelet shows of a pod that has ended: the request for memory only.
            shown.Remove("limits");
            (shown["requests"] as JsonObject)?.Remove("cpu");
        }
        status["resources"] = shown;
    }

    public override string ToString() => new StringBuilder(Name).Append(' ').Append(Phase).ToString();
}
