using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>
/// An answer without what differs from run to run: uids and random names (numbered in the order in which they come), times, versions,
/// addresses, container ids. <c>metadata.managedFields</c> is dropped: the stand-in keeps none. All else, the order of the keys too, is
/// compared.
/// </summary>
internal static partial class Normalised
{
    private static readonly JsonSerializerOptions Shown = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Json(JsonNode? node)
    {
        JsonNode? copy = node?.DeepClone();
        DropManagedFields(copy);
        string text = copy?.ToJsonString(Shown) ?? "null";
        text = Time().Replace(text, "<time>");
        text = Version().Replace(text, "\"resourceVersion\": \"<version>\"");
        text = Current().Replace(text, "current: <version>");
        text = Address().Replace(text, "<address>");
        text = ContainerId().Replace(text, "containerd://<id>");
        text = PodName().Replace(text, "${job}-<random>\"");
        return Numbered(text);
    }

    private static string Numbered(string text)
    {
        var seen = new Dictionary<string, int>();
        return Uid().Replace(
            text, match => $"<uid {(seen.TryGetValue(match.Value, out int number) ? number : seen[match.Value] = seen.Count + 1)}>");
    }

    private static void DropManagedFields(JsonNode? node)
    {
        if (node is JsonObject json)
        {
            json.Remove("managedFields");
            foreach ((string _, JsonNode? value) in json)
                DropManagedFields(value);
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
                DropManagedFields(item);
        }
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    [GeneratedRegex("\"resourceVersion\": \"\\d+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex(@"current: \d+", RegexOptions.NonBacktracking)]
    private static partial Regex Current();

    [GeneratedRegex(@"10\.244\.\d+\.\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("containerd://[0-9a-f]{64}", RegexOptions.NonBacktracking)]
    private static partial Regex ContainerId();

    [GeneratedRegex(
        "(?<job>reana-run-job(-[0-9a-f-]{36})?)-[bcdfghjklmnpqrstvwxz2456789]{5}\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PodName();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Uid();
}
