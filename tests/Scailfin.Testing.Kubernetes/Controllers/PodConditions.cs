using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>The conditions of a pod, in the order in which they are shown, with the time of their last change.</summary>
internal sealed class PodConditions
{
    private static readonly string[] Order =
        ["DisruptionTarget", "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

    private readonly Dictionary<string, Condition> _conditions = [];

    public void Set(string type, string status, DateTimeOffset now, string? reason = null, string? message = null)
    {
        DateTimeOffset since = _conditions.TryGetValue(type, out Condition? old) && old.Status == status ? old.Since : now;
        _conditions[type] = new Condition(status, since, reason, message);
    }

    /// <summary>What the kubelet derives from the containers.</summary>
    public void Derive(SimulatedPod pod, DateTimeOffset now)
    {
        Set("PodReadyToStartContainers", pod.HasSandbox ? "True" : "False", now);
        bool initialized = pod.Containers.All(container =>
            !container.IsInit || (container.HasEnded && container.ExitCode == 0) || (container.IsSidecar && container.IsRunning));
        string[] initNames =
        [
            .. pod.Containers
                .Where(container => container.IsInit && !container.HasEnded && !(container.IsSidecar && container.IsRunning))
                .Select(container => container.Name),
        ];
        bool ended = pod.HasEnded || pod.Main.All(container => container.HasEnded);
        bool failed = pod.Phase == "Failed" || pod.Containers.Any(container => container.HasEnded && container.ExitCode != 0);
        string? endReason = !ended ? null : failed ? "PodFailed" : "PodCompleted";
        Set("Initialized", initialized ? "True" : "False", now,
            initialized ? endReason == "PodCompleted" ? endReason : null : "ContainersNotInitialized",
            initialized ? null : $"containers with incomplete status: [{string.Join(' ', initNames)}]");
        bool ready = !ended && initialized && pod.Main.All(container => container.IsRunning);
        string[] unready = [.. pod.Main.Where(container => !container.IsRunning).Select(container => container.Name)];
        foreach (string type in (string[])["Ready", "ContainersReady"])
        {
            Set(type, ready ? "True" : "False", now,
                ready ? null : endReason ?? "ContainersNotReady",
                ready || endReason is not null ? null : $"containers with unready status: [{string.Join(' ', unready)}]");
        }
    }

    public JsonArray Render(long? generation)
    {
        var shown = new JsonArray();
        foreach (string type in Order)
        {
            if (!_conditions.TryGetValue(type, out Condition? condition))
                continue;
            var json = new JsonObject { ["type"] = type };
            if (generation is not null)
                json["observedGeneration"] = generation;
            json["status"] = condition.Status;
            json["lastProbeTime"] = null;
            json["lastTransitionTime"] = SimulatedContainer.Stamp(condition.Since);
            if (condition.Reason is not null)
                json["reason"] = condition.Reason;
            if (condition.Message is not null)
                json["message"] = condition.Message;
            shown.Add(json);
        }
        return shown;
    }

    private sealed record Condition(string Status, DateTimeOffset Since, string? Reason, string? Message);
}
