using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

/// <summary>Makes objects that no healthy cluster has: dates, nulls, wrong types, numbers beyond all bounds.</summary>
internal static class MalformedObjects
{
    private static readonly string[] Dates =
    [
        "metadata.creationTimestamp", "metadata.deletionTimestamp", "status.startTime", "status.conditions.0.lastTransitionTime",
        "status.containerStatuses.0.state.running.startedAt", "status.containerStatuses.0.state.terminated.finishedAt",
    ];

    private static readonly string[] BadDates = ["\"0000-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "\"yesterday\"", "20261122", "{}"];

    private static readonly (string Path, string Json)[] Others =
    [
        ("", "null"), ("", "[]"), ("", "\"pod\""), ("", "{}"),
        ("metadata", "null"), ("metadata", "[]"), ("metadata", "\"x\""),
        ("metadata.name", "null"), ("metadata.name", "7"), ("metadata.name", "\"\""), ("metadata.name", "\"\\ud800\""),
        ("metadata.uid", "null"), ("metadata.uid", "{}"), ("metadata.resourceVersion", "{}"),
        ("metadata.labels", "[]"), ("metadata.labels", "\"x\""), ("metadata.annotations", "7"), ("metadata.annotations", "[null]"),
        ("metadata.deletionGracePeriodSeconds", "\"x\""), ("metadata.deletionGracePeriodSeconds", "9223372036854775807"),
        ("metadata.deletionGracePeriodSeconds", "-5"), ("metadata.deletionGracePeriodSeconds", "1e400"),
        ("spec", "true"), ("spec", "[]"), ("status", "7"), ("status", "[]"),
        ("status.conditions", "{}"), ("status.conditions", "[null]"), ("status.conditions", "[7]"),
        ("status.conditions.0.status", "null"), ("status.conditions.0.type", "true"),
    ];

    private static readonly (string Path, string Json)[] OfPods =
    [
        ("spec.containers", "[null]"), ("spec.containers", "{}"), ("spec.nodeName", "{}"), ("spec.activeDeadlineSeconds", "\"x\""),
        ("status.phase", "7"), ("status.phase", "[]"),
        ("status.containerStatuses", "\"x\""), ("status.containerStatuses", "[null]"), ("status.initContainerStatuses", "[null]"),
        ("status.containerStatuses.0.name", "null"), ("status.containerStatuses.0.state", "[]"),
        ("status.containerStatuses.0.state.terminated", "{\"exitCode\":\"3\"}"),
        ("status.containerStatuses.0.state.terminated", "{\"exitCode\":99999999999}"),
        ("status.containerStatuses.0.state.waiting", "{\"message\":{}}"),
    ];

    /// <summary>More than etcd takes of one object.</summary>
    private static readonly string Huge = new('x', 2 << 20);

    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 200)) + new string(']', 200);

    /// <summary>Objects of pods that cannot be read.</summary>
    public static IReadOnlyList<(string Path, string Json)> Pods { get; } = [.. BadOfAll(Dates), .. Others, .. OfPods];

    /// <summary>Objects of Jobs that cannot be read.</summary>
    public static IReadOnlyList<(string Path, string Json)> Jobs { get; } =
    [
        .. BadOfAll(["metadata.creationTimestamp", "status.startTime", "status.completionTime", "status.conditions.0.lastTransitionTime"]),
        .. Others.Where(kind => kind.Path != "metadata.resourceVersion"), ("spec.backoffLimit", "\"x\""), ("spec.suspend", "7"),
    ];

    /// <summary>Odd, and good all the same.</summary>
    public static IReadOnlyList<(string Path, string Json)> Good { get; } =
    [
        ("metadata.annotations.huge", $"\"{Huge}\""), ("metadata.managedFields", Deep),
        ("metadata.finalizers", "null"), ("unknown", "[{\"a\":null}]"), ("status.conditions", "null"), ("metadata.annotations", "null"),
    ];

    /// <summary>An object with one field replaced.</summary>
    public static string Spoil(StoredObject good, (string Path, string Json) with)
    {
        if (with.Path.Length == 0)
            return with.Json;
        JsonNode root = good.Copy();
        JsonNode parent = root;
        string[] parts = with.Path.Split('.');
        const string Placeholder = "\"replaced-by-the-generator\"";
        for (int i = 0; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            bool isList = !isLast && parts[i + 1] == "0";
            if (parent is JsonArray list)
                parent = Next(list, isLast, isList);
            else
                parent = Next((JsonObject)parent, parts[i], isLast, isList);
        }

        return root.ToJsonString().Replace(Placeholder, with.Json, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, string Json)> BadOfAll(IEnumerable<string> paths) =>
        paths.SelectMany(path => BadDates.Select(date => (path, date)));

    private static JsonNode Next(JsonObject parent, string name, bool isLast, bool isList)
    {
        if (isLast)
            parent[name] = "replaced-by-the-generator";
        else if (isList ? parent[name] is not JsonArray : parent[name] is not JsonObject)
            parent[name] = isList ? new JsonArray() : new JsonObject();
        return parent[name]!;
    }

    private static JsonNode Next(JsonArray parent, bool isLast, bool isList)
    {
        JsonNode made = isLast ? JsonValue.Create("replaced-by-the-generator") : isList ? new JsonArray() : new JsonObject();
        if (parent.Count == 0)
            parent.Add(made);
        else if (isLast || parent[0] is null)
            parent[0] = made;
        return parent[0]!;
    }
}
