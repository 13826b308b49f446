using System.Text.Json;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Jobs;

/// <summary>The images that may be run; names are compared exactly (contract A.3, step 4).</summary>
internal sealed record VettedImages(bool Enabled, IReadOnlySet<string> Allowed)
{
    /// <summary>Every image.</summary>
    public static VettedImages All { get; } = new(false, new HashSet<string>());

    public static VettedImages Read(SettingsReader reader) => reader.Parsed(
        "REANA_VETTED_CONTAINER_IMAGES",
        All,
        """a JSON object such as {"enabled": true, "allowlist": ["docker.io/library/busybox:1.36"]}""",
        text => ReanaJson.Parse(text, Of),
        images => images.Enabled ? string.Join(", ", images.Allowed) : "all images");

    public bool Allow(string image) => !Enabled || Allowed.Contains(image);

    /// <summary>A member that is missing is upstream's default (contract F.1).</summary>
    private static VettedImages? Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        bool enabled = false;
        if (root.TryGetProperty("enabled", out JsonElement flag))
        {
            if (flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                return null;
            enabled = flag.GetBoolean();
        }

        List<string>? allowed = [];
        if (root.TryGetProperty("allowlist", out JsonElement list))
            allowed = list.ValueKind == JsonValueKind.Array ? ReanaJson.All(list.EnumerateArray(), ReanaJson.Text) : null;
        return allowed is null ? null : new VettedImages(enabled, allowed.ToHashSet(StringComparer.Ordinal));
    }
}
