using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Recordings;

/// <summary>Plays a recorded life to whoever watches a server, as the life of a Job that is there under another name.</summary>
public sealed class RecordedPlay : IDisposable
{
    private readonly KubernetesApiServer _server;
    private readonly RecordedCluster _recorded;
    private readonly string _namespace;
    private readonly string _name;
    private readonly Dictionary<string, string> _podNames = [];
    private StoredObject? _job;
    private volatile bool _isOver;

    /// <summary>If no Job of that name is there when the play begins, the recorded one is stored under that name.</summary>
    public RecordedPlay(KubernetesApiServer server, RecordedCluster recorded, string @namespace, string? jobName = null)
    {
        (_server, _recorded, _namespace, _name) = (server, recorded, @namespace, jobName ?? recorded.JobName);
        server.Deletion.Listen(ClientDeleted);
    }

    /// <summary>The names of the pods that appeared so far.</summary>
    public IReadOnlyCollection<string> Pods => _podNames.Values;

    /// <summary>
    /// Stores line after line, at the recorded times divided by <paramref name="speed"/> (infinite: without waiting), up to where the
    /// recorder cleaned up. When the client deletes the Job in the background, now or later, its pods are gone and the play is over.
    /// </summary>
    public async Task RunAsync(double speed, TimeProvider time, CancellationToken cancellation)
    {
        TimeSpan now = TimeSpan.Zero;
        foreach (RecordedLine line in _recorded.Story)
        {
            TimeSpan wait = (line.At - now) / speed;
            now = line.At;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellation);
            if (_isOver)
                return;
            Play(line);
        }
    }

    public void Dispose() => _server.Deletion.Unlisten(ClientDeleted);

    private void Play(RecordedLine line)
    {
        if (line.Type == ResourceType.Jobs)
            PlayJob(line);
        else if (line.Type == ResourceType.Pods)
            PlayPod(line, Content(line));
        else if (line.Type == ResourceType.Events && Content(line) is var @event && @event["metadata"]?["name"] is not null)
            PlayEvent(line, @event);
    }

    private static JsonObject Content(RecordedLine line)
    {
        var content = (JsonObject)line.Object!.DeepClone();
        content.Remove("kind");
        content.Remove("apiVersion");
        return content;
    }

    /// <summary>The Job keeps what its own client wrote; status and deletion are the recorded ones.</summary>
    private void PlayJob(RecordedLine line)
    {
        if (line.EventType == "ADDED")
        {
            _job = _server.Store.Find(ResourceType.Jobs, _namespace, _name)
                ?? _server.Store.Create(ResourceType.Jobs, Renamed(line.Object!));
            return;
        }
        _server.Store.Change(ResourceType.Jobs, _namespace, _name, null, (copy, _) =>
        {
            JsonObject recorded = line.Object!;
            copy["status"] = recorded["status"]?.DeepClone();
            foreach (string kept in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "generation"])
            {
                if (recorded["metadata"]![kept] is { } value)
                    copy["metadata"]![kept] = value.DeepClone();
                else
                    ((JsonObject)copy["metadata"]!).Remove(kept);
            }
            if (copy["spec"] is JsonObject spec && recorded["spec"]?["suspend"] is { } suspend)
                spec["suspend"] = suspend.DeepClone();
            return line.EventType == "DELETED" ? ObjectStore.Outcome.Remove : ObjectStore.Outcome.Store;
        });
    }

    private void ClientDeleted(StoredObject gone)
    {
        if (gone.Type != ResourceType.Jobs || gone.Namespace != _namespace || gone.Name != _name)
            return;
        _isOver = true;
        foreach (StoredObject pod in _server.Store.List(ResourceType.Pods, _namespace).Where(pod => pod.Owner == gone.Uid))
        {
            _server.Store.Change(ResourceType.Pods, pod.Namespace, pod.Name, pod.Uid, (_, _) => ObjectStore.Outcome.Remove);
            _server.Logs.Forget(pod.Uid, pod.Spec.Objects("containers").Select(container => container.Text("name")!));
        }
    }

    private void PlayPod(RecordedLine line, JsonObject pod)
    {
        string recordedName = pod["metadata"].Text("name")!;
        if (!_podNames.TryGetValue(recordedName, out string? name))
        {
            if (line.EventType == "DELETED")
                return;
            _podNames[recordedName] = name = recordedName.Replace(_recorded.JobName, _name);
        }
        Rename(pod, name);
        string uid = pod["metadata"].Text("uid")!;
        WriteLogs(pod, uid);
        if (line.EventType == "ADDED")
            _server.Store.Create(ResourceType.Pods, pod);
        else
            _server.Store.Change(ResourceType.Pods, _namespace, name, null, (copy, _) => Replace(copy, pod, line.EventType == "DELETED"));
        if (line.EventType == "DELETED")
            _server.Logs.Forget(uid, pod["spec"].Objects("containers").Select(container => container.Text("name")!));
    }

    private void PlayEvent(RecordedLine line, JsonObject @event)
    {
        string text = @event.ToJsonString().Replace(_recorded.JobName, _name);
        var renamed = (JsonObject)JsonNode.Parse(text)!;
        renamed["metadata"]!["namespace"] = _namespace;
        if (renamed.Object("involvedObject") is { } subject)
        {
            subject["namespace"] = _namespace;
            if (subject.Text("kind") == "Job" && _job is { } job)
                subject["uid"] = job.Uid;
        }
        string name = renamed["metadata"].Text("name")!;
        if (_server.Store.Find(ResourceType.Events, _namespace, name) is null)
            _server.Store.Create(ResourceType.Events, renamed);
        else
            _server.Store.Change(
                ResourceType.Events, _namespace, name, null, (copy, _) => Replace(copy, renamed, line.EventType == "DELETED"));
    }

    private JsonObject Renamed(JsonObject recorded)
    {
        var job = (JsonObject)recorded.DeepClone();
        job.Remove("kind");
        job.Remove("apiVersion");
        job["metadata"]!["name"] = _name;
        job["metadata"]!["namespace"] = _namespace;
        return job;
    }

    /// <summary>The pod belongs to the Job that is there: its owner, and the labels of its template.</summary>
    private void Rename(JsonObject pod, string name)
    {
        JsonNode metadata = pod["metadata"]!;
        metadata["name"] = name;
        metadata["namespace"] = _namespace;
        if (_job is not { } job || job.Uid == metadata["ownerReferences"]?[0].Text("uid"))
            return;
        metadata["labels"] = job.Spec!["template"]!["metadata"]!["labels"]!.DeepClone();
        if (metadata["ownerReferences"]?[0] is { } owner)
            (owner["name"], owner["uid"]) = (_name, job.Uid);
    }

    /// <summary>All that a container wrote is there as soon as it runs.</summary>
    private void WriteLogs(JsonObject pod, string uid)
    {
        foreach (JsonObject status in pod["status"].Objects("containerStatuses").Concat(pod["status"].Objects("initContainerStatuses")))
        {
            string container = status.Text("name")!;
            bool hasRun = status.Object("state")?.ContainsKey("running") == true
                || status.Object("state")?.ContainsKey("terminated") == true;
            Controllers.ContainerLog log = _server.Logs.Of(uid, container);
            if (hasRun && log.Count == 0 && _recorded.LogOf(container) is { } text)
                log.Write(System.Text.Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch);
            if (status.Object("state")?.ContainsKey("terminated") == true)
                log.End(DateTimeOffset.UnixEpoch);
        }
    }

    private static ObjectStore.Outcome Replace(JsonObject copy, JsonObject with, bool gone)
    {
        copy.Clear();
        foreach ((string key, JsonNode? value) in with)
            copy[key] = value?.DeepClone();
        return gone ? ObjectStore.Outcome.Remove : ObjectStore.Outcome.Store;
    }
}
