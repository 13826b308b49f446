using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Writes Event objects: the only place where some reasons are told.</summary>
internal sealed class EventRecorder(ObjectStore store, TimeProvider time, bool isOn)
{
    private long _last = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    public void Pod(SimulatedPod pod, string type, string reason, string message, string component, SimulatedContainer? container = null)
    {
        if (!isOn)
            return;
        var subject = new JsonObject
        {
            ["kind"] = "Pod",
            ["namespace"] = pod.Namespace,
            ["name"] = pod.Name,
            ["uid"] = pod.Uid,
            ["apiVersion"] = "v1",
        };
        if (container is not null)
            subject["fieldPath"] = $"spec.{(container.IsInit ? "initContainers" : "containers")}{{{container.Name}}}";
        Record(pod.Namespace, pod.Name, subject, type, reason, message, component);
    }

    public void Job(StoredObject job, string type, string reason, string message)
    {
        if (!isOn)
            return;
        var subject = new JsonObject
        {
            ["kind"] = "Job",
            ["namespace"] = job.Namespace,
            ["name"] = job.Name,
            ["uid"] = job.Uid,
            ["apiVersion"] = "batch/v1",
        };
        Record(job.Namespace, job.Name, subject, type, reason, message, "job-controller");
    }

    private void Record(string @namespace, string name, JsonObject subject, string type, string reason, string message, string component)
    {
        string now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        bool isScheduler = component == "default-scheduler";
        string? stamp = isScheduler ? null : now;
        var @event = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{name}.{Interlocked.Increment(ref _last):x}",
                ["namespace"] = @namespace,
                ["uid"] = Guid.NewGuid().ToString(),
                ["resourceVersion"] = "0",
                ["creationTimestamp"] = now,
            },
            ["involvedObject"] = subject,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = isScheduler ? new JsonObject() : new JsonObject { ["component"] = component },
            ["firstTimestamp"] = stamp,
            ["lastTimestamp"] = stamp,
        };
        if (!isScheduler)
            @event["count"] = 1;
        @event["type"] = type;
        @event["eventTime"] = isScheduler ? time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) : null;
        if (isScheduler)
            @event["action"] = "Binding";
        @event["reportingComponent"] = component;
        @event["reportingInstance"] = isScheduler ? "default-scheduler-node1" : component == "kubelet" ? "node1" : "";
        store.Create(ResourceType.Events, @event);
    }
}
