using System.Text.Json;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Reana;

/// <summary>A directory of the node that every job gets (contract C.3).</summary>
internal sealed record HostPathMount(string Name, string HostPath, string MountPath)
{
    /// <summary>Parses a list of mounts; null if a member lacks a name, or a path is not absolute.</summary>
    public static IReadOnlyList<HostPathMount>? Parse(string text) => ReanaJson.Parse<IReadOnlyList<HostPathMount>>(
        text, root => root.ValueKind == JsonValueKind.Array ? ReanaJson.All(root.EnumerateArray(), Of) : null);

    public static string Show(IReadOnlyList<HostPathMount> mounts) =>
        string.Join(", ", mounts.Select(mount => $"{mount.Name}={mount.HostPath}:{mount.MountPath}"));

    private static HostPathMount? Of(JsonElement item)
    {
        if (ReanaJson.Member(item, "name") is not { Length: > 0 } name || ReanaJson.Member(item, "hostPath") is not { } host)
            return null;
        string mount = ReanaJson.Member(item, "mountPath") ?? host;
        return Path.IsPathFullyQualified(host) && Path.IsPathFullyQualified(mount) ? new HostPathMount(name, host, mount) : null;
    }
}
