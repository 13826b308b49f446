using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Plays the life of one pod: scheduler, kubelet and whoever takes the pod away. On the controllers' thread only.</summary>
internal sealed partial class PodActor(StoredObject created, PodLife life, NodeParts node)
{
    private readonly SimulatedPod _pod = new(created, node.Logs, node.Time);
    private int _step;
    private bool _isEnding;
    private IDisposable? _next;
    private IDisposable? _deadline;

    public string Image => _pod.Main.First().Image;

    public string PullFailure =>
        $"failed to pull and unpack image \"{Image}\": failed to resolve image: failed to do request: Head "
            + "\"https://registry.example/v2/none/manifests/1\": dial tcp 127.0.0.1:5999: connect: connection refused";

    public void Advance()
    {
        if (_isEnding || _step >= life.Steps.Count)
            return;
        PodStep step = life.Steps[_step++];
        _next = node.Loop.DoAfter(step.After(node.Pace), () =>
        {
            if (_isEnding)
                return;
            step.Action(this);
            Advance();
        });
    }

    public void Schedule()
    {
        // Whoever made the pod chose the node: there is nothing to schedule.
        if (created.Spec.Text("nodeName") is not null)
            return;
        _pod.Schedule("node1");
        node.Store.Change(ResourceType.Pods, _pod.Namespace, _pod.Name, _pod.Uid, (copy, _) =>
        {
            var spec = (JsonObject)copy["spec"]!;
            if (!spec.ContainsKey("nodeName"))
                spec.Insert(Math.Max(0, spec.IndexOf("securityContext")), "nodeName", "node1");
            copy["spec"] = WireJson.Frozen(spec);
            copy["status"] = _pod.Render();
            return ObjectStore.Outcome.Store;
        });
        node.Events.Pod(_pod, "Normal", "Scheduled", $"Successfully assigned {_pod.Namespace}/{_pod.Name} to node1", "default-scheduler");
    }

    public void CannotSchedule(string message)
    {
        _pod.CannotSchedule(message);
        Publish();
        node.Events.Pod(_pod, "Warning", "FailedScheduling", message, "default-scheduler");
    }

    public void Accept()
    {
        _pod.Accept();
        Publish();
        if (_pod.DeadlineSeconds is { } seconds)
            _deadline = node.Loop.DoAfter(TimeSpan.FromSeconds(seconds), ExceedDeadline);
    }

    /// <summary>The deadline is the one limit that may be given to a pod that runs; it counts from its start.</summary>
    public void Limit(long? seconds)
    {
        if (seconds is not { } limit || limit == _pod.DeadlineSeconds)
            return;
        _pod.DeadlineSeconds = limit;
        _deadline?.Dispose();
        if (_pod.StartTime is { } start)
            _deadline = node.Loop.DoAfter(start + TimeSpan.FromSeconds(limit) - _pod.Now, ExceedDeadline);
    }

    public void OpenSandbox()
    {
        _pod.HasSandbox = true;
        Publish();
    }

    public void RunInitContainers()
    {
        foreach (SimulatedContainer container in _pod.Containers.Where(container => container.IsInit))
        {
            _pod.Start(container);
            Started(container);
            if (!container.IsSidecar)
            {
                Publish();
                _pod.End(container, 0);
            }
            Publish();
        }
    }

    public void FailInitContainer(string name, int exitCode, string log)
    {
        foreach (SimulatedContainer container in _pod.Containers.Where(container => container.IsInit))
        {
            _pod.Start(container);
            Started(container);
            Publish();
            bool fails = container.Name == name;
            if (fails)
                _pod.Write(name, Encoding.UTF8.GetBytes(log));
            if (!container.IsSidecar)
                _pod.End(container, fails ? exitCode : 0);
            Publish();
            if (fails)
            {
                FinishLater();
                return;
            }
        }
    }

    public void StartMainContainers()
    {
        foreach (SimulatedContainer container in _pod.Main)
        {
            _pod.Start(container);
            Started(container);
        }
        Publish();
    }

    public void Write(byte[] bytes, string? container) => _pod.Write(container ?? _pod.Main.First().Name, bytes);

    public void RotateLog() => _pod.RotateLog(_pod.Main.First().Name);

    public void Exit(int exitCode, string? reason, string? message, string? name)
    {
        SimulatedContainer container = name is null ? _pod.Main.First() : _pod.Container(name);
        if (container.HasEnded)
            return;
        if (reason == "StartError")
            node.Events.Pod(_pod, "Warning", "Failed", $"Error: {message}", "kubelet", container);
        _pod.End(container, exitCode, reason, message);
        bool isOver = _pod.Main.All(main => main.HasEnded);
        if (isOver)
        {
            foreach (SimulatedContainer sidecar in _pod.Containers.Where(candidate => candidate.IsSidecar && candidate.IsRunning))
                _pod.End(sidecar, 0);
        }
        Publish();
        if (isOver)
            FinishLater();
    }

    /// <summary>The pod was marked for deletion by somebody.</summary>
    public void Terminate(StoredObject current)
    {
        if (_isEnding || _pod.IsLost)
            return;
        _isEnding = true;
        Stop();
        long grace = current.Metadata.Number("deletionGracePeriodSeconds") ?? 0;
        _pod.Generation = current.Metadata.Number("generation") ?? _pod.Generation;
        if (grace == 0 || _pod.HasEnded)
            return;
        if (current.Status.Objects("conditions")
            .FirstOrDefault(condition => condition.Text("type") == "DisruptionTarget") is { } disruption)
            _pod.Disrupt(disruption.Text("reason") ?? "", disruption.Text("message") ?? "");
        bool runs = _pod.Containers.Any(container => container.IsRunning);
        if (runs)
            node.Events.Pod(_pod, "Normal", "Killing", $"Stopping container {_pod.Main.First().Name}", "kubelet", _pod.Main.First());
        if (life.SignalOutput.Length > 0 && runs)
            _pod.Write(_pod.Main.First().Name, Encoding.UTF8.GetBytes(life.SignalOutput));
        foreach (SimulatedContainer container in _pod.Containers.Where(container =>
            container.WaitingReason is not (null or "PodInitializing")))
            container.Wait("ContainerCreating");
        Publish();
        TimeSpan wait = !runs ? TimeSpan.Zero
            : life.EndsOnSignalAfter is { } own && own < TimeSpan.FromSeconds(grace) ? own
            : TimeSpan.FromSeconds(grace);
        int exitCode = life.EndsOnSignalAfter is { } inTime && inTime <= TimeSpan.FromSeconds(grace) ? life.SignalExitCode : 137;
        _next = node.Loop.DoAfter(wait, () =>
        {
            EndAll(exitCode, null, null);
            Publish();
            node.Loop.DoAfter(node.Pace.Removal, Remove);
        });
    }

    /// <summary>The pod is gone from the API.</summary>
    public void Forget()
    {
        _isEnding = true;
        Stop();
        _pod.ForgetLogs();
    }

    private void ExceedDeadline()
    {
        if (_isEnding || _pod.HasEnded)
            return;
        _isEnding = true;
        Stop();
        const string Message = "Pod was active on the node longer than the specified deadline";
        node.Events.Pod(_pod, "Normal", "DeadlineExceeded", Message, "kubelet");
        bool runs = _pod.Containers.Any(container => container.IsRunning);
        TimeSpan wait = runs ? life.EndsOnSignalAfter ?? TimeSpan.FromSeconds(_pod.GraceSeconds) : TimeSpan.Zero;
        _next = node.Loop.DoAfter(wait, () =>
        {
            (_pod.Reason, _pod.Message) = ("DeadlineExceeded", Message);
            if (runs)
                EndAll(life.EndsOnSignalAfter is null ? 137 : life.SignalExitCode, null, null);
            _pod.Phase = "Failed";
            Publish();
        });
    }

    private void EndAll(int exitCode, string? reason, string? message)
    {
        foreach (SimulatedContainer container in _pod.Containers.Where(container => !container.HasEnded))
        {
            if (container.IsRunning && reason is null)
                _pod.End(container, container.IsSidecar ? 0 : exitCode);
            else
                _pod.End(
                    container, 137, "ContainerStatusUnknown", message ?? "The container could not be located when the pod was terminated");
        }
        _pod.Finish();
        if (reason is not null)
            _pod.Phase = "Failed";
    }

    private void FinishLater() => node.Loop.DoAfter(node.Pace.PhaseAfterEnd, () =>
    {
        if (_isEnding)
            return;
        _pod.Finish();
        Stop();
        Publish();
    });

    private void Stop()
    {
        _next?.Dispose();
        _deadline?.Dispose();
    }

    private void Started(SimulatedContainer container)
    {
        node.Events.Pod(
            _pod,
            "Normal",
            "Pulled",
            $"Container image \"{container.Image}\" already present on machine and can be accessed by the pod",
            "kubelet",
            container);
        node.Events.Pod(_pod, "Normal", "Created", "Container created", "kubelet", container);
        node.Events.Pod(_pod, "Normal", "Started", "Container started", "kubelet", container);
    }

    private void Publish() => node.Store.Change(ResourceType.Pods, _pod.Namespace, _pod.Name, _pod.Uid, (copy, _) =>
    {
        copy["status"] = _pod.Render();
        return ObjectStore.Outcome.Store;
    });

    private void Remove()
    {
        if (node.Store.Find(ResourceType.Pods, _pod.Namespace, _pod.Name) is { } current && current.Uid == _pod.Uid)
            node.Deletion.DeletePod(current, 0);
    }
}
