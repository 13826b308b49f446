using System.Globalization;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>What a monitor can see of pods and Jobs in one line for each event; repeated lines are one.</summary>
internal static class PodStory
{
    public static List<string> Of(IEnumerable<(string Type, JsonNode Object)> events, Func<JsonNode, string> shown)
    {
        var lines = new List<string>();
        foreach ((string type, JsonNode subject) in events)
        {
            string line = $"{type} {shown(subject)}";
            if (type != "MODIFIED" || lines.Count == 0 || lines[^1].Split(' ', 2)[1] != line.Split(' ', 2)[1])
                lines.Add(line);
        }
        return lines;
    }

    public static string Pod(JsonNode pod)
    {
        JsonNode metadata = pod["metadata"]!, status = pod["status"]!;
        string deletion = metadata["deletionGracePeriodSeconds"] is { } grace ? $"ends in {grace}" : "";
        string tracked = metadata["finalizers"] is not null ? "tracked" : "";
        string disrupted =
            status.Objects("conditions").FirstOrDefault(condition => condition.Text("type") == "DisruptionTarget").Text("reason") ?? "";
        string scheduled = status.Objects("conditions").FirstOrDefault(condition => condition.Text("type") == "PodScheduled")
            is { } condition
            ? $"scheduled={condition.Text("status")}"
            : "";
        string containers = string.Join(
            ", ", status.Objects("initContainerStatuses").Concat(status.Objects("containerStatuses")).Select(Container));
        return string.Join(' ', ((string[])
        [
            status.Text("phase") ?? "", status.Text("reason") ?? "", scheduled, deletion, tracked, disrupted, containers,
        ]).Where(part => part.Length > 0));
    }

    public static string Job(JsonNode job)
    {
        JsonNode? status = job["status"];
        string conditions = string.Join(' ', status.Objects("conditions").Select(condition =>
            $"{condition.Text("type")}={condition.Text("status")}({condition.Text("reason")})"));
        string deletion = job["metadata"]!["deletionTimestamp"] is null ? "" : "deleted " + job["metadata"]!["finalizers"]?.ToJsonString();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"active={status.Number("active") ?? 0} failed={status.Number("failed") ?? 0} "
                + $"succeeded={status.Number("succeeded") ?? 0} {conditions} {deletion}");
    }

    private static string Container(JsonObject status)
    {
        JsonObject state = status.Object("state")!;
        (string kind, JsonNode? detail) = state.First();
        string reason = detail.Text("reason") ?? "";
        return kind == "terminated"
            ? $"{status.Text("name")}:{reason}({detail.Number("exitCode")})"
            : $"{status.Text("name")}:{kind} {reason}".TrimEnd();
    }
}
