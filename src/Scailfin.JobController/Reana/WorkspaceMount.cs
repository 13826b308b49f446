using System.Text.Json;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Reana;

/// <summary>A directory of the node that holds workspaces, and its path in pods.</summary>
internal sealed record WorkspaceMount(string Node, string Pod)
{
    /// <summary>Parses a list of mounts; null if the text has neither of the two forms (contract F.2).</summary>
    public static IReadOnlyList<WorkspaceMount>? Parse(string text) =>
        ReanaJson.Parse<IReadOnlyList<WorkspaceMount>>(text, root => root.ValueKind switch
        {
            JsonValueKind.Object => ReanaJson.All(root.EnumerateObject(), pair => Of(pair.Name, ReanaJson.Text(pair.Value))),
            JsonValueKind.Array => ReanaJson.All(
                root.EnumerateArray(), item => ReanaJson.Text(item)?.Split(':') is [var node, var pod] ? Of(node, pod) : null),
            _ => null,
        });

    public static string Show(IReadOnlyList<WorkspaceMount> mounts) =>
        string.Join(", ", mounts.Select(mount => $"{mount.Node}:{mount.Pod}"));

    private static WorkspaceMount? Of(string node, string? pod) =>
        Path.IsPathFullyQualified(node) && Path.IsPathFullyQualified(pod ?? "") ? new WorkspaceMount(node, pod!) : null;
}
