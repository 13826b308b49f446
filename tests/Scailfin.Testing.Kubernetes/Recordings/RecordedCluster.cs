using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Recordings;

/// <summary>
/// One recorded life of a Job, to be played to a watcher through a <see cref="KubernetesApiServer"/> that runs no controllers of its own
/// (<see cref="ApiServerOptions.RunsControllers"/> false).
/// </summary>
public sealed class RecordedCluster
{
    private RecordedCluster(string name, JsonObject head, IReadOnlyList<RecordedLine> lines)
    {
        Name = name;
        Title = head.Text("title") ?? "";
        JobName = head.Text("job")!;
        Namespace = head.Text("namespace")!;
        Lines = lines;
        Job = (JsonObject)lines.First(line => line.IsRequest && line.Method == "POST").Json["body"]!;
        Workflow = Job["spec"]!["template"]!["metadata"]!["labels"].Text("reana-run-job-workflow-uuid")!;
    }

    /// <summary>All scenarios, by name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recording.Names("scenarios").Select(name => name[..^".jsonl.gz".Length])];

    public string Name { get; }
    public string Title { get; }
    public string JobName { get; }
    public string Namespace { get; }

    /// <summary>The label by which the pods were watched.</summary>
    public string Workflow { get; }

    /// <summary>The Job as it was posted.</summary>
    public JsonObject Job { get; }

    public IReadOnlyList<RecordedLine> Lines { get; }

    /// <summary>When the recorder deleted the Job only to clean up; null where deletion is what the scenario is about.</summary>
    public TimeSpan? CleanUpAt => Name.StartsWith("delete-", StringComparison.Ordinal)
        ? null
        : Lines.LastOrDefault(line =>
            line.IsRequest && line.Method == "DELETE" && line.Path!.EndsWith("/jobs/" + JobName, StringComparison.Ordinal))?.At;

    /// <summary>The lines before the recorder's cleaning up.</summary>
    public IEnumerable<RecordedLine> Story => Lines.Where(line => CleanUpAt is not { } end || line.At < end);

    /// <summary>What the named container had written by the end, as far as a log request got it; null if none did.</summary>
    public string? LogOf(string container) => Lines
        .LastOrDefault(line => line.IsRequest && line.Path!.Contains("/log?", StringComparison.Ordinal)
            && line.Path.Contains($"container={container}", StringComparison.Ordinal) && line.Json.Number("status") == 200)
        ?.Json.Text("response");

    /// <summary>By a name of <see cref="Names"/>, e.g. <c>oom-main</c>.</summary>
    /// <exception cref="ArgumentException">There is no such scenario.</exception>
    public static RecordedCluster Load(string name)
    {
        string[] lines = Recording.Text("scenarios", name + ".jsonl.gz").Split('\n');
        return new RecordedCluster(name, (JsonObject)JsonNode.Parse(lines[0])!, RecordedLines.Read(lines.Skip(1)));
    }
}
