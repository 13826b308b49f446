using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>A container of a pod, as the kubelet knows it.</summary>
public sealed class SimulatedContainer
{
    private readonly JsonObject _spec;
    private string? _id;

    internal SimulatedContainer(JsonObject spec, bool isInit)
    {
        _spec = spec;
        IsInit = isInit;
        Name = spec.Text("name")!;
        Image = spec.Text("image")!;
        IsSidecar = isInit && spec.Text("restartPolicy") == "Always";
    }

    public string Name { get; }
    public string Image { get; }
    public bool IsInit { get; }

    /// <summary>A native sidecar: an init container that goes on running.</summary>
    public bool IsSidecar { get; }

    public string? WaitingReason { get; private set; }
    public string? WaitingMessage { get; private set; }
    public DateTimeOffset? StartedAt { get; private set; }
    public bool IsRunning { get; private set; }
    public bool HasEnded { get; private set; }
    public int ExitCode { get; private set; }
    public string? Reason { get; private set; }

    private string? _message;
    private DateTimeOffset? _finishedAt;

    internal void Wait(string reason, string? message = null)
    {
        (WaitingReason, WaitingMessage) = (reason, message);
        IsRunning = false;
    }

    internal void Run(DateTimeOffset now)
    {
        WaitingReason = null;
        StartedAt = now;
        IsRunning = true;
        _id = "containerd://" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Guid.NewGuid().ToByteArray()));
    }

    internal void End(int exitCode, string? reason, string? message, DateTimeOffset now)
    {
        IsRunning = false;
        HasEnded = true;
        WaitingReason = null;
        ExitCode = exitCode;
        Reason = reason ?? (exitCode == 0 ? "Completed" : "Error");
        _message = message;
        _finishedAt = now;
        if (Reason == "StartError")
        {
            StartedAt = DateTimeOffset.UnixEpoch;
            _id ??= "containerd://" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Guid.NewGuid().ToByteArray()));
        }
    }

    internal JsonObject Render(JsonObject podSecurity)
    {
        bool hasRun = _id is not null;
        var status = new JsonObject
        {
            ["name"] = Name,
            ["state"] = State(),
            ["lastState"] = new JsonObject(),
            ["ready"] = IsRunning || (IsInit && HasEnded && ExitCode == 0),
            ["restartCount"] = 0,
            ["image"] = Image,
            ["imageID"] = hasRun ? "sha256:92837f43fe749303f7c81b3034a3813de0f83f93219ea8179e15b1139bfb9b70" : "",
        };
        if (hasRun)
            status["containerID"] = _id;
        status["started"] = IsRunning;
        if (!hasRun)
            return status;
        var resources = _spec.Object("resources");
        if (resources.Object("requests") is { } requests)
            status["allocatedResources"] = requests.DeepClone();
        if (resources is { Count: > 0 })
            status["resources"] = resources.DeepClone();
        long uid = podSecurity.Number("runAsUser") ?? 0, gid = podSecurity.Number("runAsGroup") ?? 0;
        status["user"] =
            new JsonObject { ["linux"] = new JsonObject { ["uid"] = uid, ["gid"] = gid, ["supplementalGroups"] = new JsonArray(gid) } };
        return status;
    }

    private JsonObject State()
    {
        if (HasEnded)
        {
            bool unknown = Reason == "ContainerStatusUnknown";
            var ended = new JsonObject { ["exitCode"] = ExitCode, ["reason"] = Reason };
            if (_message is not null)
                ended["message"] = _message;
            ended["startedAt"] = unknown ? null : Stamp(StartedAt ?? _finishedAt);
            ended["finishedAt"] = unknown ? null : Stamp(_finishedAt);
            if (_id is not null && !unknown)
                ended["containerID"] = _id;
            return new JsonObject { ["terminated"] = ended };
        }
        if (IsRunning)
            return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Stamp(StartedAt) } };
        var waiting = new JsonObject { ["reason"] = WaitingReason };
        if (WaitingMessage is not null)
            waiting["message"] = WaitingMessage;
        return new JsonObject { ["waiting"] = waiting };
    }

    internal static string? Stamp(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
