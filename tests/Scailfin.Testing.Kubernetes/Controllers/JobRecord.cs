using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>What the Job controller keeps of one Job between two looks at it.</summary>
internal sealed class JobRecord(StoredObject job)
{
    public StoredObject Job { get; set; } = job;
    public Dictionary<string, StoredObject> Pods { get; } = [];

    /// <summary>Uids of pods that were counted as ended.</summary>
    public HashSet<string> Counted { get; } = [];

    public bool IsGone { get; set; }
    public bool IsQueued { get; set; }
    public bool IsCreating { get; set; }
    public int Refusals { get; set; }
    public bool DeadlineIsSet { get; set; }
    public bool DeadlineIsOver { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? StartTime { get; set; }
    public int Failed { get; set; }
    public int Succeeded { get; set; }
    public List<JobCondition> Conditions { get; } = [];
    public DateTimeOffset? CompletionTime { get; set; }
    public List<string> Uncounted { get; } = [];
    public bool UncountedFailed { get; set; }

    public bool Is(string condition) => Conditions.Any(candidate => candidate.Type == condition && candidate.Status == "True");

    public bool IsFinished => Is("Complete") || Is("Failed");

    public void Set(string type, string status, string reason, string message, DateTimeOffset now)
    {
        Conditions.RemoveAll(condition => condition.Type == type);
        Conditions.Add(new JobCondition(type, status, reason, message, now));
    }

    public JsonObject Render()
    {
        var status = new JsonObject();
        if (Conditions.Count > 0)
            status["conditions"] = new JsonArray([.. Conditions.Select(condition => condition.Render())]);
        if (StartTime is { } start)
            status["startTime"] = SimulatedContainer.Stamp(start);
        if (CompletionTime is { } completion)
            status["completionTime"] = SimulatedContainer.Stamp(completion);
        StoredObject[] alive = [.. Pods.Values.Where(pod => pod.Phase is not ("Succeeded" or "Failed"))];
        int active = alive.Count(pod => !pod.IsBeingDeleted);
        if (active > 0)
            status["active"] = active;
        if (Succeeded > 0)
            status["succeeded"] = Succeeded;
        if (Failed > 0)
            status["failed"] = Failed;
        status["terminating"] = alive.Length - active;
        status["uncountedTerminatedPods"] = Uncounted.Count == 0
            ? new JsonObject()
            : new JsonObject
            {
                [UncountedFailed ? "failed" : "succeeded"] = new JsonArray([.. Uncounted.Select(uid => JsonValue.Create(uid))]),
            };
        status["ready"] = alive.Count(pod => !pod.IsBeingDeleted && IsReady(pod));
        return status;
    }

    private static bool IsReady(StoredObject pod) =>
        pod.Status.Objects("conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
}

internal sealed record JobCondition(string Type, string Status, string Reason, string Message, DateTimeOffset At)
{
    public JsonObject Render() => new()
    {
        ["type"] = Type,
        ["status"] = Status,
        ["lastProbeTime"] = SimulatedContainer.Stamp(At),
        ["lastTransitionTime"] = SimulatedContainer.Stamp(At),
        ["reason"] = Reason,
        ["message"] = Message,
    };
}
